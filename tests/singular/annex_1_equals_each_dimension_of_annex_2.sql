-- Annex 1 = each dimension of annex 2, per municipality, in the years they share.
with

shared_years as (
    select first_annex.year
    from {{ ref('dim_reporting_years') }} as first_annex
    inner join {{ ref('dim_reporting_years') }} as second_annex on first_annex.year = second_annex.year
    where
        first_annex.annex = 1
        and second_annex.annex = 2
),

started as (
    select
        year,
        nis_code,
        sum(trajectories) as trajectories
    from {{ ref('annex_1_started_trajectories') }}
    group by year, nis_code
),

profiled as (
    select
        year,
        nis_code,
        dimension,
        sum(trajectories) as trajectories
    from {{ ref('annex_2_profile') }}
    group by year, nis_code, dimension
)

select
    profiled.*,
    started.trajectories as started
from profiled
inner join shared_years on profiled.year = shared_years.year
left join started
    on
        profiled.year = started.year
        and profiled.nis_code = started.nis_code
where profiled.trajectories <> coalesce(started.trajectories, 0)
