with

delivered as (
    {{ delivered_rows('raw_subsidies') }}
),

streams as (
    select code
    from {{ ref('subsidy_codes') }}
    where code_list = 'stream'
),

line_types as (
    select code
    from {{ ref('subsidy_codes') }}
    where code_list = 'line_type'
),

trimmed as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        has_surplus_fields,
        {{ trimmed_columns('raw_subsidies') }}
    from delivered
),

coded as (
    select
        trimmed.*,
        streams.code as known_stream,
        line_types.code as known_line_type
    from trimmed
    left join streams on lower(trimmed.stream) = lower(streams.code)
    left join line_types on lower(trimmed.line_type) = lower(line_types.code)
),

final as (
    select
        file_id,
        source_row,
        has_surplus_fields,
        line_id,
        {{ read_date('booked_on') }} as booked_on,
        {{ unread('booked_on') }} as booked_on_unread,
        ocmw_nis,
        client_id,
        {{ read_month('performance_month') }} as performance_month,
        {{ unread('performance_month') }} as performance_month_unread,
        coalesce(known_stream, stream) as stream,
        coalesce(known_line_type, line_type) as line_type,
        {{ read_amount('amount_eur') }} as amount_eur,
        {{ unread('amount_eur') }} as amount_eur_unread
    from coded
)

select * from final
