with

started as (
    select * from {{ ref('annex_1_started_trajectories') }}
),

ended as (
    select * from {{ ref('annex_4_ended_trajectories') }}
),

areas as (
    select * from {{ ref('publication_areas') }}
),

scope as (
    select *
    from {{ ref('publication_scope') }}
    where
        content = 'mean_and_median'
        and is_regional
),

trajectories as (
    select
        1 as annex,
        'started_trajectories' as measure,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        planned_duration_months as months,
        trajectories
    from started
    union all
    select
        4 as annex,
        'ended_trajectories' as measure,
        unnest(['total', 'ending']) as dimension,
        unnest(['total', ending]) as category,
        year,
        nis_code,
        duration_months as months,
        trajectories
    from ended
),

-- One row per trajectory, for the median.
single as (
    select
        trajectories.*,
        unnest(range(trajectories.trajectories)) as trajectory
    from trajectories
    inner join scope on trajectories.annex = scope.annex
),

located as (
    select
        single.*,
        areas.parent_area_id as area_id
    from single
    inner join areas
        on
            single.nis_code = areas.area_code
            and areas.area_level = 'municipality'
    union all
    select
        *,
        'flanders' as area_id
    from single
),

averages as (
    select
        annex,
        measure,
        year,
        dimension,
        category,
        area_id,
        avg(months) as mean_months,
        median(months) as median_months
    from located
    group by annex, measure, year, dimension, category, area_id
),

final as (
    select
        averages.annex,
        averages.measure,
        averages.year,
        areas.area_level,
        areas.area_code,
        averages.dimension,
        averages.category,
        concat_ws(
            ':', averages.measure, averages.year, averages.area_id, averages.dimension, averages.category
        ) as cell_id,
        cast(averages.mean_months as decimal(9, 1)) as mean_months,
        cast(averages.median_months as decimal(9, 1)) as median_months
    from averages
    inner join areas on averages.area_id = areas.area_id
)

select * from final
