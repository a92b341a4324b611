with

spells as (
    select * from {{ ref('stg_outflow') }}
),

outflow_codes as (
    select * from {{ ref('outflow_codes') }}
),

checked as (
    select
        spells.file_id,
        spells.source_row,
        {{ value_checks('raw_outflow', 'spells') }},
        spells.has_surplus_fields as surplus_fields,
        spells.spell_code is not null and outflow_codes.spell_code is null as unknown_code,
        spells.end_date < spells.start_date as end_before_start,
        {{ columns_at_fault('raw_outflow', 'spells', {
            'spell_code': 'unknown_code',
            'end_date': 'end_before_start',
        }) }} as fault_columns
    from spells
    left join outflow_codes on spells.spell_code = outflow_codes.spell_code
),

invalid as (
    {{ rows_with_reasons([
        'missing_required', 'unreadable_value', 'surplus_fields', 'unknown_code', 'end_before_start',
    ]) }}
),

duplicates as (
    {{ duplicate_rows('raw_outflow', ref('stg_outflow'), 'spell_id, recorded_at', 'conflicting_version') }}
),

final as (
    select * from invalid
    union all
    select * from duplicates
)

select * from final
