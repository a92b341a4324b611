-- Annex 3 adds up to the existing loontoelage claims of its reporting years, when claims were delivered.
with

claims as (
    select
        year(performance_month) as year,
        count(*) as claims,
        sum(claimed_eur) as claimed_eur
    from ({{ current_records('subsidy_claims', 'claim_id') }}) as current_claims
    where stream = 'loontoelage'
    group by year(performance_month)
),

reported as (
    select
        year,
        sum(claims) as claims,
        sum(claimed_eur) as claimed_eur
    from {{ ref('annex_3_wage_subsidies') }}
    group by year
)

select
    reported.*,
    claims.claims as expected_claims,
    claims.claimed_eur as expected_eur
from reported
left join claims on reported.year = claims.year
where
    reported.claims <> coalesce(claims.claims, 0)
    or reported.claimed_eur <> coalesce(claims.claimed_eur, 0)
