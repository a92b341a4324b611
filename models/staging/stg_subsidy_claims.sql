with

landed as (
    {{ landed_rows('raw_subsidy_claims') }}
),

final as (
    select
        file_id,
        source_row,
        claim_id,
        recorded_at,
        recorded_at_unread,
        coalesce(is_void, false) as is_void,
        is_void_unread,
        ocmw_nis,
        client_id,
        performance_month,
        performance_month_unread,
        stream,
        claimed_eur,
        claimed_eur_unread
    from landed
)

select * from final
