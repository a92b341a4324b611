-- The Flemish totals are those of the records without any municipality joined: the same for every geography_date.
with

expected as (
    select
        'annex 1' as annex,
        start_year as year,
        count(*) as figure
    from {{ ref('fct_trajectories') }}
    group by start_year
    union all
    select
        'annex 4' as annex,
        end_year as year,
        count(*) as figure
    from {{ ref('fct_trajectories') }}
    where is_ended
    group by end_year
    union all
    select
        'annex 5' as annex,
        year(moment) as year,
        count(*) as figure
    from {{ ref('int_outflow__status') }}
    where months = {{ var('measure_months') | int }}
    group by year(moment)
),

reported as (
    select
        'annex 1' as annex,
        year,
        sum(trajectories) as figure
    from {{ ref('annex_1_started_trajectories') }}
    group by year
    union all
    select
        'annex 4' as annex,
        year,
        sum(trajectories) as figure
    from {{ ref('annex_4_ended_trajectories') }}
    group by year
    union all
    select
        'annex 5' as annex,
        year,
        sum(trajectories) as figure
    from {{ ref('annex_5_outflow') }}
    where outcome_group in ('work', 'other')
    group by year
),

reporting_years as (
    select
        'annex ' || annex as annex,
        year
    from {{ ref('dim_reporting_years') }}
)

select
    reporting_years.*,
    expected.figure as expected,
    reported.figure as reported
from reporting_years
inner join expected
    on
        reporting_years.annex = expected.annex
        and reporting_years.year = expected.year
left join reported
    on
        reporting_years.annex = reported.annex
        and reporting_years.year = reported.year
where coalesce(reported.figure, 0) <> expected.figure
