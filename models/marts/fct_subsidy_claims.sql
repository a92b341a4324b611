with

claims as (
    select * from {{ ref('int_subsidy_claims__existing') }}
),

municipalities as (
    select * from {{ ref('int_municipalities__reported') }}
),

final as (
    select
        claims.claim_id,
        claims.client_id,
        claims.ocmw_nis,
        municipalities.nis_code,
        claims.performance_month,
        cast(year(claims.performance_month) as integer) as performance_year,
        claims.stream,
        claims.claimed_eur
    from claims
    inner join municipalities on claims.ocmw_nis = municipalities.ocmw_nis
)

select * from final
