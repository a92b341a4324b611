{%- set weeks = read_text('sanction_weeks') -%}
{%- set sanction_weeks -%}
coalesce(
            {{ native_value('sanction_weeks', 'integer') }},
            case when {{ matches_pattern(weeks, '[+-]?[0-9]{1,9}') }} then cast({{ weeks }} as integer) end
        )
{%- endset -%}

with

delivered as (
    {{ delivered_rows('raw_transmissions') }}
),

final as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        {{ read_text('transmission_id') }} as transmission_id,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unread('recorded_at', read_timestamp('recorded_at')) }} as recorded_at_unread,
        coalesce({{ read_boolean('is_void') }}, false) as is_void,
        {{ unread('is_void', read_boolean('is_void')) }} as is_void_unread,
        {{ read_text('client_id') }} as client_id,
        {{ read_date('transmission_date') }} as transmission_date,
        {{ unread('transmission_date', read_date('transmission_date')) }} as transmission_date_unread,
        {{ read_text('cause') }} as cause,
        {{ read_text('decision') }} as decision,
        {{ read_date('decision_date') }} as decision_date,
        {{ unread('decision_date', read_date('decision_date')) }} as decision_date_unread,
        {{ sanction_weeks }} as sanction_weeks,
        {{ unread('sanction_weeks', sanction_weeks) }} as sanction_weeks_unread
    from delivered
)

select * from final
