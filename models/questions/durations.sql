with

trajectories as (
    select *
    from {{ ref('fct_trajectories') }}
    where is_ended
),

areas as (
    select * from {{ ref('areas') }}
),

final as (
    select
        trajectories.end_year as year,
        areas.area_level,
        areas.area_code,
        areas.area,
        count(*) as ended_trajectories,
        count(*) filter (where trajectories.ending = 'ended_early') as ended_early,
        round(avg(trajectories.duration_months), 1) as mean_months,
        median(trajectories.duration_months) as median_months
    from trajectories
    inner join areas on trajectories.nis_code = areas.nis_code
    group by trajectories.end_year, areas.area_level, areas.area_code, areas.area
)

select * from final
