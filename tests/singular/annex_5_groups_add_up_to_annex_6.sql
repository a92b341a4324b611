-- The groups work and other of annex 5 add up to the ended trajectories of annex 6, in the years they share.
with

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
)

select
    transmissions.*,
    outflow.trajectories
from transmissions
inner join outflow
    on
        transmissions.year = outflow.year
        and transmissions.nis_code = outflow.nis_code
where
    outflow.trajectories <> transmissions.ended_trajectories
    or transmissions.trajectories_with_transmission > transmissions.ended_trajectories
