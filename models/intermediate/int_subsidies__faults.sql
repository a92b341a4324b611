with

subsidies as (
    {{ rows_to_judge(ref('stg_subsidies')) }}
),

municipalities as (
    select * from {{ ref('municipalities') }}
),

subsidy_codes as (
    select * from {{ ref('subsidy_codes') }}
),

checked as (
    select
        subsidies.file_id,
        subsidies.source_row,
        {{ is_required_value_missing('raw_subsidies', 'subsidies') }} as missing_required,
        {{ is_value_unreadable('raw_subsidies', 'subsidies') }} as unreadable_value,
        subsidies.ocmw_nis is not null and municipalities.nis_code is null as unknown_municipality,
        (subsidies.stream is not null and stream_codes.code is null)
        or (subsidies.line_type is not null and line_type_codes.code is null) as unknown_code,
        subsidies.booked_on > {{ add_months('subsidies.performance_month', 120) }} as correction_too_old
    from subsidies
    left join municipalities on subsidies.ocmw_nis = municipalities.nis_code
    left join subsidy_codes as stream_codes
        on
            stream_codes.code_list = 'stream'
            and subsidies.stream = stream_codes.code
    left join subsidy_codes as line_type_codes
        on
            line_type_codes.code_list = 'line_type'
            and subsidies.line_type = line_type_codes.code
),

final as (
    {{ rows_with_reasons('checked', [
        'missing_required', 'unreadable_value', 'unknown_municipality', 'unknown_code', 'correction_too_old',
    ]) }}
)

select * from final
