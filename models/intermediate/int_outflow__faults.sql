with

spells as (
    {{ rows_to_judge(ref('stg_outflow')) }}
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

final as (
    {{ rows_with_reasons('checked', [
        'missing_required', 'unreadable_value', 'unknown_code', 'end_before_start',
    ]) }}
)

select * from final
