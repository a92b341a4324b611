-- The Flemish totals of the annexes are those of the records without any municipality or label joined: none is lost,
-- and they are the same for every geography_date.
with

started as (
    select
        start_year as year,
        count(*) as figure
    from {{ ref('fct_trajectories') }}
    group by start_year
),

claims as (
    select
        year(performance_month) as year,
        count(*) as claims,
        sum(claimed_eur) as claimed_eur
    from ({{ current_records('subsidy_claims', 'claim_id') }}) as current_claims
    where stream = 'loontoelage'
    group by year(performance_month)
),

expected as (
    select
        1 as annex,
        'trajectories' as total,
        year,
        figure
    from started
    union all
    select
        2 as annex,
        dimensions.dimension as total,
        started.year,
        started.figure
    from started
    cross join {{ ref('profile_dimensions') }} as dimensions
    union all
    select
        3 as annex,
        'claims' as total,
        year,
        claims as figure
    from claims
    union all
    select
        3 as annex,
        'claimed_eur' as total,
        year,
        claimed_eur as figure
    from claims
    union all
    select
        4 as annex,
        'trajectories' as total,
        end_year as year,
        count(*) as figure
    from {{ ref('fct_trajectories') }}
    where is_ended
    group by end_year
    union all
    select
        5 as annex,
        'trajectories' as total,
        year(moment) as year,
        count(*) as figure
    from {{ ref('int_outflow__status') }}
    where months = {{ var('measure_months') | int }}
    group by year(moment)
    union all
    select
        6 as annex,
        'transmissions' as total,
        measure_year as year,
        count(*) as figure
    from {{ ref('fct_trajectory_transmissions') }}
    group by measure_year
),

reported as (
    select
        1 as annex,
        'trajectories' as total,
        year,
        sum(trajectories) as figure
    from {{ ref('annex_1_started_trajectories') }}
    group by year
    union all
    select
        2 as annex,
        dimension as total,
        year,
        sum(trajectories) as figure
    from {{ ref('annex_2_profile') }}
    group by dimension, year
    union all
    select
        3 as annex,
        'claims' as total,
        year,
        sum(claims) as figure
    from {{ ref('annex_3_wage_subsidies') }}
    group by year
    union all
    select
        3 as annex,
        'claimed_eur' as total,
        year,
        sum(claimed_eur) as figure
    from {{ ref('annex_3_wage_subsidies') }}
    group by year
    union all
    select
        4 as annex,
        'trajectories' as total,
        year,
        sum(trajectories) as figure
    from {{ ref('annex_4_ended_trajectories') }}
    group by year
    union all
    select
        5 as annex,
        'trajectories' as total,
        year,
        sum(trajectories) as figure
    from {{ ref('annex_5_outflow') }}
    where outcome_group in ('work', 'other')
    group by year
    union all
    select
        6 as annex,
        'transmissions' as total,
        year,
        sum(transmissions) as figure
    from {{ ref('annex_6_decisions') }}
    group by year
)

select
    years.annex,
    years.year,
    coalesce(expected.total, reported.total) as total,
    expected.figure as expected,
    reported.figure as reported
from expected
full outer join reported
    on
        expected.annex = reported.annex
        and expected.total = reported.total
        and expected.year = reported.year
inner join {{ ref('dim_reporting_years') }} as years
    on
        years.annex = coalesce(expected.annex, reported.annex)
        and years.year = coalesce(expected.year, reported.year)
where coalesce(expected.figure, 0) <> coalesce(reported.figure, 0)
