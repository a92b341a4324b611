with

outflow as (
    select * from {{ ref('fct_outflow') }}
),

years as (
    select *
    from {{ ref('dim_reporting_years') }}
    where annex = 6
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

counts as (
    select
        measure_year as year,
        nis_code,
        count(*) as ended_trajectories,
        count(*) filter (where transmissions > 0) as trajectories_with_transmission
    from outflow
    group by measure_year, nis_code
),

final as (
    select
        years.year,
        municipalities.nis_code,
        municipalities.municipality,
        municipalities.province,
        coalesce(counts.ended_trajectories, 0) as ended_trajectories,
        coalesce(counts.trajectories_with_transmission, 0) as trajectories_with_transmission
    from years
    cross join municipalities
    left join counts
        on
            years.year = counts.year
            and municipalities.nis_code = counts.nis_code
)

select * from final
