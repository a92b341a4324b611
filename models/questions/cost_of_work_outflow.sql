with

outflow as (
    select * from {{ ref('fct_outflow') }}
),

paid as (
    select * from {{ ref('int_outflow__paid') }}
),

areas as (
    select * from {{ ref('question_areas') }}
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

counts as (
    select
        outflow.measure_year as year,
        areas.area_level,
        areas.area_code,
        areas.area,
        count(*) as measured_trajectories,
        count(*) filter (where outflow.outcome_group = 'work') as to_work,
        cast(coalesce(sum(paid.paid_eur), 0) as decimal(18, 2)) as paid_eur
    from outflow
    inner join areas on outflow.nis_code = areas.nis_code
    left join paid on outflow.trajectory_id = paid.trajectory_id
    group by outflow.measure_year, areas.area_level, areas.area_code, areas.area
),

final as (
    select
        counts.*,
        parameters.measure_months,
        cast(round(counts.paid_eur / counts.measured_trajectories, 2) as decimal(18, 2)) as paid_per_trajectory_eur,
        cast(round(counts.paid_eur / nullif(counts.to_work, 0), 2) as decimal(18, 2)) as paid_per_work_outcome_eur
    from counts
    cross join parameters
)

select * from final
