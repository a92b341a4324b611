-- Annex 4 of year Y = the cohort of annex 5 = the ended trajectories of annex 6 in year Y + 1 (Y + 2 with 24 months),
-- per municipality, for every year Y whose measure dates are all known: a trajectory can end on the last day of Y. With
-- months that are not a number of years a cohort comes from two years, and nothing is compared.
with

parameters as (
    select * from {{ ref('dim_parameters') }}
),

complete_years as (
    select
        years.year,
        years.year + cast(parameters.measure_months / 12 as integer) as cohort_year
    from {{ ref('dim_reporting_years') }} as years
    cross join parameters
    where
        parameters.measure_months % 12 = 0
        and years.annex = 4
        and make_date(years.year + cast(parameters.measure_months / 12 as integer), 12, 31) <= parameters.as_of
),

ended as (
    select
        year,
        nis_code,
        sum(trajectories) as trajectories
    from {{ ref('annex_4_ended_trajectories') }}
    group by year, nis_code
),

outflow as (
    select
        year,
        nis_code,
        sum(trajectories) as trajectories
    from {{ ref('annex_5_outflow') }}
    where outcome_group in ('work', 'other')
    group by year, nis_code
),

cohorts as (
    select
        'annex 5' as annex,
        year,
        nis_code,
        trajectories
    from outflow
    union all
    select
        'annex 6' as annex,
        year,
        nis_code,
        ended_trajectories as trajectories
    from {{ ref('annex_6_transmissions') }}
)

select
    cohorts.*,
    ended.trajectories as ended
from cohorts
inner join complete_years on cohorts.year = complete_years.cohort_year
left join ended
    on
        complete_years.year = ended.year
        and cohorts.nis_code = ended.nis_code
where cohorts.trajectories <> coalesce(ended.trajectories, 0)
