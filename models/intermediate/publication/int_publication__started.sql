with

planned as (
    select * from {{ ref('annex_1_started_trajectories') }}
),

profile as (
    select * from {{ ref('annex_2_profile') }}
),

years as (
    select *
    from {{ ref('dim_reporting_years') }}
    where annex = 1
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

classes as (
    select * from {{ ref('dim_duration_classes') }}
),

durations as (
    select
        1 as annex,
        'planned_duration' as content,
        'planned_duration' as dimension,
        classes.duration_class as category,
        years.year,
        municipalities.nis_code,
        coalesce(sum(planned.trajectories), 0) as true_value
    from years
    cross join municipalities
    cross join classes
    left join planned
        on
            years.year = planned.year
            and municipalities.nis_code = planned.nis_code
            and classes.lower_bound <= planned.planned_duration_months
            and coalesce(classes.upper_bound, planned.planned_duration_months) >= planned.planned_duration_months
    group by years.year, municipalities.nis_code, classes.duration_class
),

planned_totals as (
    select
        1 as annex,
        'trajectories' as content,
        'total' as dimension,
        'total' as category,
        years.year,
        municipalities.nis_code,
        coalesce(sum(planned.trajectories), 0) as true_value
    from years
    cross join municipalities
    left join planned
        on
            years.year = planned.year
            and municipalities.nis_code = planned.nis_code
    group by years.year, municipalities.nis_code
),

characteristics as (
    select
        2 as annex,
        'profile' as content,
        dimension,
        category,
        year,
        nis_code,
        trajectories as true_value
    from profile
),

-- Every dimension adds up to all trajectories, so any one of them gives the total.
profile_totals as (
    select
        2 as annex,
        'trajectories' as content,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        sum(trajectories) as true_value
    from profile
    where dimension = 'gender'
    group by year, nis_code
),

final as (
    select * from durations
    union all
    select * from planned_totals
    union all
    select * from characteristics
    union all
    select * from profile_totals
)

select * from final
