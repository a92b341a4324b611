with

landed as (
    {{ landed_rows('raw_transmissions') }}
),

final as (
    select
        file_id,
        source_row,
        transmission_id,
        recorded_at,
        recorded_at_unread,
        coalesce(is_void, false) as is_void,
        is_void_unread,
        client_id,
        transmission_date,
        transmission_date_unread,
        cause,
        decision,
        decision_date,
        decision_date_unread,
        sanction_weeks,
        sanction_weeks_unread
    from landed
)

select * from final
