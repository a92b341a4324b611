with

started as (
    select * from {{ ref('annex_1_started_trajectories') }}
),

ended as (
    select * from {{ ref('annex_4_ended_trajectories') }}
),

years as (
    select * from {{ ref('dim_reporting_years') }}
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

classes as (
    select * from {{ ref('duration_classes') }}
),

endings as (
    select * from {{ ref('endings') }}
),

durations as (
    select
        1 as annex,
        year,
        nis_code,
        cast(null as varchar) as ending,
        planned_duration_months as months,
        trajectories
    from started
    union all
    select
        4 as annex,
        year,
        nis_code,
        ending,
        duration_months as months,
        trajectories
    from ended
),

-- Annexes 1 and 4 hold only what occurs: every other combination counts 0.
classed as (
    select
        durations.annex,
        durations.year,
        durations.nis_code,
        durations.ending,
        classes.duration_class,
        durations.trajectories
    from durations
    inner join classes
        on
            durations.months >= classes.lower_bound
            and durations.months <= coalesce(classes.upper_bound, durations.months)
    union all
    select
        years.annex,
        years.year,
        municipalities.nis_code,
        endings.ending,
        classes.duration_class,
        0 as trajectories
    from years
    cross join municipalities
    cross join classes
    left join endings on years.annex = 4
    where years.annex in (1, 4)
),

started_counts as (
    select
        annex,
        'started_trajectories' as measure,
        unnest(['trajectories', 'planned_duration']) as content,
        unnest(['total', 'planned_duration']) as dimension,
        unnest(['total', duration_class]) as category,
        year,
        nis_code,
        trajectories
    from classed
    where annex = 1
),

ended_counts as (
    select
        annex,
        'ended_trajectories' as measure,
        unnest(['trajectories', 'ending', 'duration', 'ending_duration']) as content,
        unnest(['total', 'ending', 'duration', 'ending_duration']) as dimension,
        unnest(['total', ending, duration_class, ending || '/' || duration_class]) as category,
        year,
        nis_code,
        trajectories
    from classed
    where annex = 4
),

counts as (
    select * from started_counts
    union all
    select * from ended_counts
),

final as (
    select
        annex,
        measure,
        content,
        dimension,
        category,
        year,
        nis_code,
        sum(trajectories) as true_value
    from counts
    group by annex, measure, content, dimension, category, year, nis_code
)

select * from final
