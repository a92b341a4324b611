-- The Flemish total of each dimension of annex 2 = the trajectories started in that year, in all reporting years.
with

started as (
    select
        start_year as year,
        count(*) as trajectories
    from {{ ref('fct_trajectories') }}
    group by start_year
),

profiled as (
    select
        year,
        dimension,
        sum(trajectories) as trajectories
    from {{ ref('annex_2_profile') }}
    group by year, dimension
)

select
    profiled.*,
    started.trajectories as started
from profiled
left join started on profiled.year = started.year
where profiled.trajectories <> coalesce(started.trajectories, 0)
