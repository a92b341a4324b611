with

client_years as (
    select *
    from {{ ref('fct_subsidy_client_years') }}
    where stream = 'loontoelage'
),

claims as (
    select *
    from {{ ref('fct_subsidy_claims') }}
    where stream = 'loontoelage'
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

years as (
    select *
    from {{ ref('dim_reporting_years') }}
    where annex = 3
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

paid as (
    select
        performance_year as year,
        nis_code,
        cast(sum(subsidised_months) as bigint) as subsidised_months,
        count(distinct client_id) filter (where subsidised_months > 0) as clients,
        sum(gross_eur) as gross_paid_eur,
        sum(recovered_eur) as recovered_eur,
        sum(net_eur) as paid_eur
    from client_years
    group by performance_year, nis_code
),

claimed as (
    select
        performance_year as year,
        nis_code,
        count(*) as claims,
        sum(claimed_eur) as claimed_eur
    from claims
    group by performance_year, nis_code
),

final as (
    select
        years.year,
        municipalities.nis_code,
        municipalities.municipality,
        municipalities.province,
        coalesce(paid.subsidised_months, 0) as subsidised_months,
        coalesce(paid.clients, 0) as clients,
        cast(coalesce(paid.gross_paid_eur, 0) as decimal(18, 2)) as gross_paid_eur,
        cast(coalesce(paid.recovered_eur, 0) as decimal(18, 2)) as recovered_eur,
        cast(coalesce(paid.paid_eur, 0) as decimal(18, 2)) as paid_eur,
        case when parameters.are_claims_delivered then coalesce(claimed.claims, 0) end as claims,
        case
            when parameters.are_claims_delivered then cast(coalesce(claimed.claimed_eur, 0) as decimal(18, 2))
        end as claimed_eur
    from years
    cross join municipalities
    cross join parameters
    left join paid
        on
            years.year = paid.year
            and municipalities.nis_code = paid.nis_code
    left join claimed
        on
            years.year = claimed.year
            and municipalities.nis_code = claimed.nis_code
)

select * from final
