with

delivered as (
    {{ delivered_rows('raw_subsidy_claims') }}
),

streams as (
    select code
    from {{ ref('subsidy_codes') }}
    where code_list = 'stream'
),

trimmed as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        has_surplus_fields,
        {{ trimmed_columns('raw_subsidy_claims') }}
    from delivered
),

coded as (
    select
        trimmed.*,
        streams.code as known_stream
    from trimmed
    left join streams on lower(trimmed.stream) = lower(streams.code)
),

final as (
    select
        file_id,
        source_row,
        has_surplus_fields,
        claim_id,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unread('recorded_at') }} as recorded_at_unread,
        coalesce({{ read_boolean('is_void') }}, false) as is_void,
        {{ unread('is_void', read_boolean('is_void')) }} as is_void_unread,
        ocmw_nis,
        client_id,
        {{ read_month('performance_month') }} as performance_month,
        {{ unread('performance_month') }} as performance_month_unread,
        coalesce(known_stream, stream) as stream,
        {{ read_amount('claimed_eur') }} as claimed_eur,
        {{ unread('claimed_eur') }} as claimed_eur_unread
    from coded
)

select * from final
