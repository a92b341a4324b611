with

subsidies as (
    select * from {{ ref('stg_subsidies') }}
),

municipalities as (
    select * from {{ ref('municipalities') }}
),

streams as (
    select code
    from {{ ref('subsidy_codes') }}
    where code_list = 'stream'
),

line_types as (
    select code
    from {{ ref('subsidy_codes') }}
    where code_list = 'line_type'
),

checked as (
    select
        subsidies.file_id,
        subsidies.source_row,
        {{ value_checks('raw_subsidies', 'subsidies') }},
        subsidies.has_surplus_fields as surplus_fields,
        subsidies.ocmw_nis is not null and municipalities.nis_code is null as unknown_municipality,
        subsidies.stream is not null and streams.code is null as unknown_stream,
        subsidies.line_type is not null and line_types.code is null as unknown_line_type,
        unknown_stream or unknown_line_type as unknown_code,
        subsidies.booked_on > {{ add_months('subsidies.performance_month', 120) }} as correction_too_old,
        {{ columns_at_fault('raw_subsidies', 'subsidies', {
            'ocmw_nis': 'unknown_municipality',
            'stream': 'unknown_stream',
            'line_type': 'unknown_line_type',
            'booked_on': 'correction_too_old',
            'performance_month': 'correction_too_old',
        }) }} as fault_columns
    from subsidies
    left join municipalities on subsidies.ocmw_nis = municipalities.nis_code
    left join streams on subsidies.stream = streams.code
    left join line_types on subsidies.line_type = line_types.code
),

invalid as (
    {{ rows_with_reasons([
        'missing_required', 'unreadable_value', 'surplus_fields', 'unknown_municipality', 'unknown_code', 'correction_too_old',
    ]) }}
),

duplicates as (
    {{ duplicate_rows('raw_subsidies', ref('stg_subsidies'), 'line_id', 'duplicate_line') }}
),

final as (
    select * from invalid
    union all
    select * from duplicates
)

select * from final
