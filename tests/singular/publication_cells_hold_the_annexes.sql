-- Every count of an annex that the public edition shows per municipality is a cell with that value.
with

figures as (
    select * from {{ ref('publication_figures') }}
    where area_level = 'municipality'
),

cells as (
    select * from {{ ref('publication_cells') }}
),

counts as (
    select
        2 as annex,
        'started_trajectories' as measure,
        year,
        nis_code,
        dimension,
        category,
        trajectories as true_value
    from {{ ref('annex_2_profile') }}
    union all
    select
        6 as annex,
        'measured_trajectories' as measure,
        year,
        nis_code,
        'transmission' as dimension,
        'yes' as category,
        trajectories_with_transmission as true_value
    from {{ ref('annex_6_transmissions') }}
    union all
    select
        6 as annex,
        'measured_trajectories' as measure,
        year,
        nis_code,
        'total' as dimension,
        'total' as category,
        ended_trajectories as true_value
    from {{ ref('annex_6_transmissions') }}
    union all
    select
        6 as annex,
        'transmissions' as measure,
        year,
        nis_code,
        'decision' as dimension,
        decision as category,
        transmissions as true_value
    from {{ ref('annex_6_decisions') }}
    union all
    select
        5 as annex,
        'measured_trajectories' as measure,
        year,
        nis_code,
        'outcome' as dimension,
        outcome_group || '/' || outcome as category,
        trajectories as true_value
    from {{ ref('annex_5_outflow') }}
    where outcome_group <> 'competence_strengthening'
    union all
    select
        5 as annex,
        'measured_trajectories' as measure,
        year,
        nis_code,
        outcome as dimension,
        'yes' as category,
        trajectories as true_value
    from {{ ref('annex_5_outflow') }}
    where outcome_group = 'competence_strengthening'
    union all
    select
        3 as annex,
        'clients' as measure,
        year,
        nis_code,
        'total' as dimension,
        'total' as category,
        clients as true_value
    from {{ ref('annex_3_wage_subsidies') }}
    union all
    select
        1 as annex,
        'started_trajectories' as measure,
        year,
        nis_code,
        'total' as dimension,
        'total' as category,
        sum(trajectories) as true_value
    from {{ ref('annex_1_started_trajectories') }}
    group by year, nis_code
    union all
    select
        4 as annex,
        'ended_trajectories' as measure,
        year,
        nis_code,
        'ending' as dimension,
        ending as category,
        sum(trajectories) as true_value
    from {{ ref('annex_4_ended_trajectories') }}
    group by year, nis_code, ending
)

select counts.*
from counts
left join figures
    on
        counts.annex = figures.annex
        and counts.measure = figures.measure
        and counts.year = figures.year
        and counts.nis_code = figures.area_code
        and counts.dimension = figures.dimension
        and counts.category = figures.category
left join cells on figures.cell_id = cells.cell_id
where cells.true_value is distinct from counts.true_value
