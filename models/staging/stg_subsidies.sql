with

delivered as (
    {{ delivered_rows('raw_subsidies') }}
),

trimmed as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        {{ trimmed_columns('raw_subsidies') }}
    from delivered
),

final as (
    select
        file_id,
        source_row,
        line_id,
        {{ read_date('booked_on') }} as booked_on,
        {{ unread('booked_on') }} as booked_on_unread,
        ocmw_nis,
        client_id,
        cast(date_trunc('month', {{ read_date('performance_month') }}) as date) as performance_month,
        {{ unread('performance_month') }} as performance_month_unread,
        stream,
        line_type,
        {{ read_amount('amount_eur') }} as amount_eur,
        {{ unread('amount_eur') }} as amount_eur_unread
    from trimmed
)

select * from final
