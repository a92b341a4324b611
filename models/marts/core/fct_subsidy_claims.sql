with

claims as (
    {{ current_records('subsidy_claims', 'claim_id') }}
),

places as (
    select * from {{ places_of_months() }}
),

final as (
    select
        claims.claim_id,
        claims.client_id,
        claims.ocmw_nis,
        {{ place_code('places') }} as nis_code,
        claims.performance_month,
        cast(year(claims.performance_month) as integer) as performance_year,
        claims.stream,
        claims.claimed_eur
    from claims
    {{ join_place_of_month('claims', 'places') }}
)

select * from final
