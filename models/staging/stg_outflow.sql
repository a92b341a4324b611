with

delivered as (
    {{ delivered_rows('raw_outflow') }}
),

final as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        {{ read_text('spell_id') }} as spell_id,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unread('recorded_at', read_timestamp('recorded_at')) }} as recorded_at_unread,
        coalesce({{ read_boolean('is_void') }}, false) as is_void,
        {{ unread('is_void', read_boolean('is_void')) }} as is_void_unread,
        {{ read_text('client_id') }} as client_id,
        {{ read_text('spell_code') }} as spell_code,
        {{ read_date('start_date') }} as start_date,
        {{ unread('start_date', read_date('start_date')) }} as start_date_unread,
        {{ read_date('end_date') }} as end_date,
        {{ unread('end_date', read_date('end_date')) }} as end_date_unread
    from delivered
)

select * from final
