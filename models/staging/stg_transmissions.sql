with

delivered as (
    {{ delivered_rows('raw_transmissions') }}
),

decisions as (
    select decision_code
    from {{ ref('transmission_decisions') }}
),

trimmed as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        has_surplus_fields,
        {{ trimmed_columns('raw_transmissions') }}
    from delivered
),

coded as (
    select
        trimmed.*,
        decisions.decision_code as known_decision
    from trimmed
    left join decisions on lower(trimmed.decision) = lower(decisions.decision_code)
),

final as (
    select
        file_id,
        source_row,
        has_surplus_fields,
        transmission_id,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unread('recorded_at') }} as recorded_at_unread,
        coalesce({{ read_boolean('is_void') }}, false) as is_void,
        {{ unread('is_void', read_boolean('is_void')) }} as is_void_unread,
        client_id,
        {{ read_date('transmission_date') }} as transmission_date,
        {{ unread('transmission_date') }} as transmission_date_unread,
        cause,
        coalesce(known_decision, decision) as decision,
        {{ read_date('decision_date') }} as decision_date,
        {{ unread('decision_date') }} as decision_date_unread,
        coalesce(
            sanction_weeks_native,
            case
                when {{ matches_pattern('sanction_weeks_text', '[+-]?[0-9]{1,9}') }}
                    then cast(sanction_weeks_text as integer)
            end
        ) as sanction_weeks,
        {{ unread('sanction_weeks') }} as sanction_weeks_unread
    from coded
)

select * from final
