-- Every trajectory with a transmission has at least one decision counted, and the other way round.
with

decisions as (
    select
        year,
        nis_code,
        sum(transmissions) as transmissions
    from {{ ref('annex_6_decisions') }}
    group by year, nis_code
),

transmissions as (
    select * from {{ ref('annex_6_transmissions') }}
)

select
    transmissions.*,
    decisions.transmissions
from transmissions
inner join decisions
    on
        transmissions.year = decisions.year
        and transmissions.nis_code = decisions.nis_code
where
    decisions.transmissions < transmissions.trajectories_with_transmission
    or (transmissions.trajectories_with_transmission = 0 and decisions.transmissions > 0)
