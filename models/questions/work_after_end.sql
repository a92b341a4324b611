with

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

statuses as (
    select * from {{ ref('int_outflow__status') }}
),

areas as (
    select * from {{ ref('areas') }}
),

followed as (
    select
        trajectories.nis_code,
        trajectories.end_year,
        statuses.months,
        statuses.outcome_group = 'work' as is_at_work,
        min(statuses.outcome_group = 'work') over (
            partition by statuses.trajectory_id
            order by statuses.months
        ) as is_at_work_throughout
    from statuses
    inner join trajectories on statuses.trajectory_id = trajectories.trajectory_id
),

-- Versions of DuckDB round an exact half of a double up or down, of a decimal always up.
final as (
    select
        followed.end_year as year,
        areas.area_level,
        areas.area_code,
        areas.area,
        followed.months,
        count(*) as ended_trajectories,
        count(*) filter (where followed.is_at_work) as at_work,
        count(*) filter (where followed.is_at_work_throughout) as at_work_throughout,
        cast(
            round(cast(100 * count(*) filter (where followed.is_at_work) / count(*) as decimal(18, 6)), 1) as double
        ) as at_work_pct,
        cast(
            round(
                cast(100 * count(*) filter (where followed.is_at_work_throughout) / count(*) as decimal(18, 6)), 1
            ) as double
        ) as at_work_throughout_pct
    from followed
    inner join areas on followed.nis_code = areas.nis_code
    group by followed.end_year, areas.area_level, areas.area_code, areas.area, followed.months
)

select * from final
