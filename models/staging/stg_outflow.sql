with

delivered as (
    {{ delivered_rows('raw_outflow') }}
),

spell_codes as (
    select spell_code
    from {{ ref('outflow_codes') }}
),

trimmed as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        has_surplus_fields,
        {{ trimmed_columns('raw_outflow') }}
    from delivered
),

coded as (
    select
        trimmed.*,
        spell_codes.spell_code as known_spell_code
    from trimmed
    left join spell_codes on lower(trimmed.spell_code) = lower(spell_codes.spell_code)
),

final as (
    select
        file_id,
        source_row,
        has_surplus_fields,
        spell_id,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unread('recorded_at') }} as recorded_at_unread,
        coalesce({{ read_boolean('is_void') }}, false) as is_void,
        {{ unread('is_void', read_boolean('is_void')) }} as is_void_unread,
        client_id,
        coalesce(known_spell_code, spell_code) as spell_code,
        {{ read_date('start_date') }} as start_date,
        {{ unread('start_date') }} as start_date_unread,
        {{ read_date('end_date') }} as end_date,
        {{ unread('end_date') }} as end_date_unread
    from coded
)

select * from final
