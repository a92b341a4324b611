with

claims as (
    {{ rows_to_judge(ref('stg_subsidy_claims')) }}
),

municipalities as (
    select * from {{ ref('municipalities') }}
),

subsidy_codes as (
    select * from {{ ref('subsidy_codes') }}
),

checked as (
    select
        claims.file_id,
        claims.source_row,
        {{ is_required_value_missing('raw_subsidy_claims', 'claims') }} as missing_required,
        {{ is_value_unreadable('raw_subsidy_claims', 'claims') }} as unreadable_value,
        claims.ocmw_nis is not null and municipalities.nis_code is null as unknown_municipality,
        claims.stream is not null and stream_codes.code is null as unknown_code
    from claims
    left join municipalities on claims.ocmw_nis = municipalities.nis_code
    left join subsidy_codes as stream_codes
        on
            stream_codes.code_list = 'stream'
            and claims.stream = stream_codes.code
),

final as (
    {{ rows_with_reasons('checked', [
        'missing_required', 'unreadable_value', 'unknown_municipality', 'unknown_code',
    ]) }}
)

select * from final
