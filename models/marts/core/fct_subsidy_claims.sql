with

claims as (
    {{ current_records('subsidy_claims', 'claim_id') }}
),

final as (
    select
        claims.claim_id,
        claims.client_id,
        claims.ocmw_nis,
        coalesce(places.nis_code, {{ unknown_residence() }}) as nis_code,
        claims.performance_month,
        cast(year(claims.performance_month) as integer) as performance_year,
        claims.stream,
        claims.claimed_eur
    from claims
    {{ join_place_of_month('claims') }}
)

select * from final
