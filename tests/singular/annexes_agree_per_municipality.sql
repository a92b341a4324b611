-- Counts of the same trajectories in two annexes, per municipality, in the years that both report: annex 1 equals each
-- dimension of annex 2, the groups work and other of annex 5 add up to annex 6, and annex 6 has at least as many
-- decisions as trajectories with a transmission, and none without.
with

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

transmissions as (
    select * from {{ ref('annex_6_transmissions') }}
),

decisions as (
    select
        year,
        nis_code,
        sum(transmissions) as transmissions
    from {{ ref('annex_6_decisions') }}
    group by year, nis_code
)

select
    'annex 2, ' || profiled.dimension as counted_in,
    profiled.year,
    profiled.nis_code,
    profiled.trajectories,
    started.trajectories as counted_elsewhere
from profiled
inner join {{ ref('dim_reporting_years') }} as years
    on
        profiled.year = years.year
        and years.annex = 1
left join started
    on
        profiled.year = started.year
        and profiled.nis_code = started.nis_code
where profiled.trajectories <> coalesce(started.trajectories, 0)
union all
select
    'annex 6' as counted_in,
    transmissions.year,
    transmissions.nis_code,
    transmissions.ended_trajectories as trajectories,
    outflow.trajectories as counted_elsewhere
from transmissions
inner join outflow
    on
        transmissions.year = outflow.year
        and transmissions.nis_code = outflow.nis_code
where
    outflow.trajectories <> transmissions.ended_trajectories
    or transmissions.trajectories_with_transmission > transmissions.ended_trajectories
union all
select
    'annex 6, decisions' as counted_in,
    transmissions.year,
    transmissions.nis_code,
    transmissions.trajectories_with_transmission as trajectories,
    decisions.transmissions as counted_elsewhere
from transmissions
inner join decisions
    on
        transmissions.year = decisions.year
        and transmissions.nis_code = decisions.nis_code
where
    decisions.transmissions < transmissions.trajectories_with_transmission
    or (transmissions.trajectories_with_transmission = 0 and decisions.transmissions > 0)
