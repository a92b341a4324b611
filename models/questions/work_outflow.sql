with

outflow as (
    select * from {{ ref('fct_outflow') }}
),

areas as (
    select * from {{ ref('areas') }}
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
        count(*) filter (where outflow.outcome = 'regular_economy') as to_regular_economy
    from outflow
    inner join areas on outflow.nis_code = areas.nis_code
    group by outflow.measure_year, areas.area_level, areas.area_code, areas.area
),

final as (
    select
        counts.*,
        parameters.measure_months,
        round(100 * counts.to_work / counts.measured_trajectories, 1) as to_work_pct,
        round(100 * counts.to_regular_economy / counts.measured_trajectories, 1) as to_regular_economy_pct
    from counts
    cross join parameters
)

select * from final
