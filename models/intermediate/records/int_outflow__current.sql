with

spells as (
    {{ current_records('outflow', 'spell_id') }}
),

final as (
    select
        spell_id,
        client_id,
        spell_code,
        start_date,
        end_date
    from spells
)

select * from final
