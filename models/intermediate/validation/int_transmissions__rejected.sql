with

transmissions as (
    select * from {{ ref('stg_transmissions') }}
),

checked as (
    select
        transmissions.file_id,
        transmissions.source_row,
        {{ value_checks('raw_transmissions', 'transmissions') }},
        transmissions.has_surplus_fields as surplus_fields,
        {{ columns_at_fault('raw_transmissions', 'transmissions', {}) }} as fault_columns
    from transmissions
),

invalid as (
    {{ rows_with_reasons(['missing_required', 'unreadable_value', 'surplus_fields']) }}
),

duplicates as (
    {{ duplicate_rows(
        'raw_transmissions', ref('stg_transmissions'), 'transmission_id, recorded_at', 'conflicting_version'
    ) }}
),

final as (
    select * from invalid
    union all
    select * from duplicates
)

select * from final
