with

outflow as (
    select * from {{ ref('annex_5_outflow') }}
),

outcomes as (
    select * from {{ ref('dim_outcomes') }}
),

final as (
    select
        outflow.year,
        outflow.nis_code,
        outflow.municipality,
        outflow.province,
        outcomes.outcome_group_label_nl as situation_group,
        outcomes.label_nl as situation,
        outflow.trajectories,
        outflow.clients
    from outflow
    inner join outcomes
        on
            outflow.outcome_group = outcomes.outcome_group
            and outflow.outcome = outcomes.outcome
)

select * from final
