with

ended as (
    select * from {{ ref('annex_4_ended_trajectories') }}
),

years as (
    select *
    from {{ ref('dim_reporting_years') }}
    where annex = 4
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

classes as (
    select * from {{ ref('dim_duration_classes') }}
),

endings as (
    select * from {{ ref('dim_endings') }}
),

classed as (
    select
        ended.year,
        ended.nis_code,
        ended.ending,
        classes.duration_class,
        sum(ended.trajectories) as trajectories
    from ended
    inner join classes
        on
            ended.duration_months >= classes.lower_bound
            and ended.duration_months <= coalesce(classes.upper_bound, ended.duration_months)
    group by ended.year, ended.nis_code, ended.ending, classes.duration_class
),

crossed as (
    select
        years.year,
        municipalities.nis_code,
        endings.ending,
        classes.duration_class,
        coalesce(classed.trajectories, 0) as true_value
    from years
    cross join municipalities
    cross join endings
    cross join classes
    left join classed
        on
            years.year = classed.year
            and municipalities.nis_code = classed.nis_code
            and endings.ending = classed.ending
            and classes.duration_class = classed.duration_class
),

final as (
    select
        4 as annex,
        'ending_duration' as content,
        'ending_duration' as dimension,
        ending || '/' || duration_class as category,
        year,
        nis_code,
        true_value
    from crossed
    union all
    select
        4 as annex,
        'ending' as content,
        'ending' as dimension,
        ending as category,
        year,
        nis_code,
        sum(true_value) as true_value
    from crossed
    group by year, nis_code, ending
    union all
    select
        4 as annex,
        'duration' as content,
        'duration' as dimension,
        duration_class as category,
        year,
        nis_code,
        sum(true_value) as true_value
    from crossed
    group by year, nis_code, duration_class
    union all
    select
        4 as annex,
        'trajectories' as content,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        sum(true_value) as true_value
    from crossed
    group by year, nis_code
)

select * from final
