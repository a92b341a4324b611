with

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

years as (
    select * from {{ ref('dim_reporting_years') }}
),

areas as (
    select * from {{ ref('areas') }}
),

durations as (
    select
        1 as annex,
        'total' as dimension,
        'total' as category,
        start_year as year,
        nis_code,
        planned_duration_months as months
    from trajectories
    union all
    select
        4 as annex,
        'total' as dimension,
        'total' as category,
        end_year as year,
        nis_code,
        duration_months as months
    from trajectories
    where is_ended
    union all
    select
        4 as annex,
        'ending' as dimension,
        ending as category,
        end_year as year,
        nis_code,
        duration_months as months
    from trajectories
    where is_ended
),

averages as (
    select
        durations.annex,
        durations.dimension,
        durations.category,
        areas.area_level,
        areas.area_code,
        areas.area,
        durations.year,
        avg(durations.months) as mean_months,
        median(durations.months) as median_months
    from durations
    inner join years
        on
            durations.annex = years.annex
            and durations.year = years.year
    inner join areas on durations.nis_code = areas.nis_code
    group by
        durations.annex,
        durations.dimension,
        durations.category,
        areas.area_level,
        areas.area_code,
        areas.area,
        durations.year
),

final as (
    select
        annex,
        measure,
        dimension,
        category,
        area_level,
        area_code,
        area,
        year,
        cast(value as decimal(18, 6)) as value
    from averages
    unpivot (value for measure in (mean_months, median_months))
)

select * from final
