-- Dense annexes have every reported municipality x every reporting year x every category, no more and no less.
with

municipalities as (
    select count(*) as municipalities from {{ ref('dim_municipalities') }}
),

years as (
    select
        annex,
        count(*) as years
    from {{ ref('dim_reporting_years') }}
    group by annex
),

sizes as (
    select
        2 as annex,
        (select count(*) from {{ ref('annex_2_profile') }}) as cells,
        (select count(*) from {{ ref('profile_categories') }}) as categories
    union all
    select
        3 as annex,
        (select count(*) from {{ ref('annex_3_wage_subsidies') }}) as cells,
        1 as categories
    union all
    select
        3 as annex,
        (select count(*) from {{ ref('annex_3_by_booking_year') }}) as cells,
        1 as categories
    union all
    select
        5 as annex,
        (select count(*) from {{ ref('annex_5_outflow') }}) as cells,
        (select count(*) from {{ ref('outflow_codes') }}) as categories
    union all
    select
        6 as annex,
        (select count(*) from {{ ref('annex_6_transmissions') }}) as cells,
        1 as categories
    union all
    select
        6 as annex,
        (select count(*) from {{ ref('annex_6_decisions') }}) as cells,
        (select count(*) from {{ ref('transmission_decisions') }}) as categories
)

select
    sizes.*,
    years.years,
    municipalities.municipalities
from sizes
inner join years on sizes.annex = years.annex
cross join municipalities
where sizes.cells <> municipalities.municipalities * years.years * sizes.categories
