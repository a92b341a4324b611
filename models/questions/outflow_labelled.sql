with

outflow as (
    select * from {{ ref('annex_5_outflow') }}
),

outcomes as (
    select * from {{ ref('dim_categories') }}
),

final as (
    select
        outflow.year,
        outflow.nis_code,
        outflow.municipality,
        outflow.province,
        outcomes.dimension_label_nl as situation_group,
        outcomes.label_nl as situation,
        outflow.trajectories,
        outflow.clients
    from outflow
    inner join outcomes
        on
            outflow.outcome_group = outcomes.dimension
            and outflow.outcome = outcomes.category
)

select * from final
