with

landed as (
    {{ landed_rows('raw_outflow') }}
),

final as (
    select
        file_id,
        source_row,
        spell_id,
        recorded_at,
        recorded_at_unread,
        coalesce(is_void, false) as is_void,
        is_void_unread,
        client_id,
        spell_code,
        start_date,
        start_date_unread,
        end_date,
        end_date_unread
    from landed
)

select * from final
