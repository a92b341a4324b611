with

delivered as (
    {{ delivered_rows('raw_subsidy_claims') }}
),

final as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        {{ read_text('claim_id') }} as claim_id,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unread('recorded_at', read_timestamp('recorded_at')) }} as recorded_at_unread,
        coalesce({{ read_boolean('is_void') }}, false) as is_void,
        {{ unread('is_void', read_boolean('is_void')) }} as is_void_unread,
        {{ read_text('ocmw_nis') }} as ocmw_nis,
        {{ read_text('client_id') }} as client_id,
        cast(date_trunc('month', {{ read_date('performance_month') }}) as date) as performance_month,
        {{ unread('performance_month', read_date('performance_month')) }} as performance_month_unread,
        {{ read_text('stream') }} as stream,
        {{ read_amount('claimed_eur') }} as claimed_eur,
        {{ unread('claimed_eur', read_amount('claimed_eur')) }} as claimed_eur_unread
    from delivered
)

select * from final
