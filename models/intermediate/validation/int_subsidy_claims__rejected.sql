with

claims as (
    select * from {{ ref('stg_subsidy_claims') }}
),

municipalities as (
    select * from {{ ref('municipalities') }}
),

streams as (
    select code
    from {{ ref('subsidy_codes') }}
    where code_list = 'stream'
),

checked as (
    select
        claims.file_id,
        claims.source_row,
        {{ value_checks('raw_subsidy_claims', 'claims') }},
        claims.has_surplus_fields as surplus_fields,
        claims.ocmw_nis is not null and municipalities.nis_code is null as unknown_municipality,
        claims.stream is not null and streams.code is null as unknown_code,
        {{ columns_at_fault('raw_subsidy_claims', 'claims', {
            'ocmw_nis': 'unknown_municipality',
            'stream': 'unknown_code',
        }) }} as fault_columns
    from claims
    left join municipalities on claims.ocmw_nis = municipalities.nis_code
    left join streams on claims.stream = streams.code
),

invalid as (
    {{ rows_with_reasons([
        'missing_required', 'unreadable_value', 'surplus_fields', 'unknown_municipality', 'unknown_code',
    ]) }}
),

duplicates as (
    {{ duplicate_rows(
        'raw_subsidy_claims', ref('stg_subsidy_claims'), 'claim_id, recorded_at', 'conflicting_version'
    ) }}
),

final as (
    select * from invalid
    union all
    select * from duplicates
)

select * from final
