with

outflow as (
    select * from {{ ref('fct_outflow') }}
),

competences as (
    select * from {{ ref('int_outflow__competences') }}
),

years as (
    select *
    from {{ ref('dim_reporting_years') }}
    where annex = 5
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

outcomes as (
    select
        dimension as outcome_group,
        category as outcome
    from {{ ref('dim_categories') }}
    where code_list = 'outcome'
),

trajectory_outcomes as (
    select
        measure_year,
        nis_code,
        outcome_group,
        outcome,
        client_id
    from outflow
    union all
    select
        outflow.measure_year,
        outflow.nis_code,
        competences.outcome_group,
        competences.outcome,
        outflow.client_id
    from outflow
    inner join competences on outflow.trajectory_id = competences.trajectory_id
),

counts as (
    select
        measure_year as year,
        nis_code,
        outcome_group,
        outcome,
        count(*) as trajectories,
        count(distinct client_id) as clients
    from trajectory_outcomes
    group by measure_year, nis_code, outcome_group, outcome
),

final as (
    select
        years.year,
        municipalities.nis_code,
        municipalities.municipality,
        municipalities.province,
        outcomes.outcome_group,
        outcomes.outcome,
        coalesce(counts.trajectories, 0) as trajectories,
        coalesce(counts.clients, 0) as clients
    from years
    cross join municipalities
    cross join outcomes
    left join counts
        on
            years.year = counts.year
            and municipalities.nis_code = counts.nis_code
            and outcomes.outcome_group = counts.outcome_group
            and outcomes.outcome = counts.outcome
)

select * from final
