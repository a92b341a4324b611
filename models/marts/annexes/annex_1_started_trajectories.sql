with

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

years as (
    select *
    from {{ ref('dim_reporting_years') }}
    where annex = 1
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

final as (
    select
        years.year,
        municipalities.nis_code,
        municipalities.municipality,
        municipalities.province,
        trajectories.planned_duration_months,
        count(*) as trajectories
    from trajectories
    inner join years on trajectories.start_year = years.year
    inner join municipalities on trajectories.nis_code = municipalities.nis_code
    group by
        years.year,
        municipalities.nis_code,
        municipalities.municipality,
        municipalities.province,
        trajectories.planned_duration_months
)

select * from final
