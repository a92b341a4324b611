with

outflow as (
    select * from {{ ref('fct_outflow') }}
),

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

client_months as (
    select *
    from {{ ref('int_subsidies__client_months') }}
    where stream = 'loontoelage'
),

areas as (
    select * from {{ ref('question_areas') }}
),

paid as (
    select
        outflow.trajectory_id,
        sum(client_months.net_eur) as paid_eur
    from outflow
    inner join trajectories on outflow.trajectory_id = trajectories.trajectory_id
    inner join client_months
        on
            trajectories.client_id = client_months.client_id
            and trajectories.ocmw_nis = client_months.ocmw_nis
            and date_trunc('month', trajectories.start_date) <= client_months.performance_month
            and trajectories.end_date >= client_months.performance_month
    group by outflow.trajectory_id
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
        *,
        cast(round(paid_eur / measured_trajectories, 2) as decimal(18, 2)) as paid_per_trajectory_eur,
        cast(round(paid_eur / nullif(to_work, 0), 2) as decimal(18, 2)) as paid_per_work_outcome_eur
    from counts
)

select * from final
