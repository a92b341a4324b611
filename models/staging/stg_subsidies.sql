with

landed as (
    {{ landed_rows('raw_subsidies') }}
),

final as (
    select
        file_id,
        source_row,
        line_id,
        booked_on,
        booked_on_unread,
        ocmw_nis,
        client_id,
        performance_month,
        performance_month_unread,
        stream,
        line_type,
        amount_eur,
        amount_eur_unread
    from landed
)

select * from final
