with

delivered as (
    {{ delivered_rows('raw_subsidies') }}
),

final as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        {{ read_text('line_id') }} as line_id,
        {{ read_date('booked_on') }} as booked_on,
        {{ unread('booked_on', read_date('booked_on')) }} as booked_on_unread,
        {{ read_text('ocmw_nis') }} as ocmw_nis,
        {{ read_text('client_id') }} as client_id,
        cast(date_trunc('month', {{ read_date('performance_month') }}) as date) as performance_month,
        {{ unread('performance_month', read_date('performance_month')) }} as performance_month_unread,
        {{ read_text('stream') }} as stream,
        {{ read_text('line_type') }} as line_type,
        {{ read_amount('amount_eur') }} as amount_eur,
        {{ unread('amount_eur', read_amount('amount_eur')) }} as amount_eur_unread
    from delivered
)

select * from final
