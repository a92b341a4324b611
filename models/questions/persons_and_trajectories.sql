with

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

areas as (
    select * from {{ ref('areas') }}
),

final as (
    select
        trajectories.start_year as year,
        areas.area_level,
        areas.area_code,
        areas.area,
        count(*) as trajectories,
        count(distinct trajectories.client_id) as persons
    from trajectories
    inner join areas on trajectories.nis_code = areas.nis_code
    group by trajectories.start_year, areas.area_level, areas.area_code, areas.area
)

select * from final
