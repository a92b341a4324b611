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
        {{ is_required_value_missing('raw_outflow', 'spells') }} as missing_required,
        {{ is_value_unreadable('raw_outflow', 'spells') }} as unreadable_value,
        spells.spell_code is not null and outflow_codes.spell_code is null as unknown_code,
        spells.end_date < spells.start_date as end_before_start
    from spells
    left join outflow_codes on spells.spell_code = outflow_codes.spell_code
),

invalid as (
    {{ rows_with_reasons(['missing_required', 'unreadable_value', 'unknown_code', 'end_before_start']) }}
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
