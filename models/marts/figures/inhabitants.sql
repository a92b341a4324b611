with

years as (
    select distinct year
    from {{ ref('dim_reporting_years') }}
),

-- A count in municipalities that are newer than those reported can't be divided over these.
population as (
    select *
    from {{ ref('population') }}
    where year not in (
        select counts.year
        from {{ ref('population') }} as counts
        inner join {{ ref('municipalities') }} as municipalities on counts.nis_code = municipalities.nis_code
        where municipalities.valid_from > date '{{ var('geography_date') }}'
    )
),

reported as (
    select * from {{ ref('int_municipalities__reported') }}
),

areas as (
    select * from {{ ref('areas') }}
),

size_classes as (
    select * from {{ ref('size_classes') }}
),

-- The last count on or before the year, or else the first one there is.
counts as (
    select
        years.year,
        coalesce(max(population.year) filter (where population.year <= years.year), min(population.year)) as counted_in
    from years
    cross join population
    group by years.year
),

counted as (
    select
        population.year as counted_in,
        reported.nis_code,
        sum(population.population) as inhabitants
    from population
    inner join reported on population.nis_code = reported.ocmw_nis
    group by population.year, reported.nis_code
),

located as (
    select
        counts.year,
        counts.counted_in,
        areas.area_level,
        areas.area_code,
        areas.area,
        sum(counted.inhabitants) as inhabitants
    from counts
    cross join areas
    left join counted
        on
            counts.counted_in = counted.counted_in
            and areas.nis_code = counted.nis_code
    group by counts.year, counts.counted_in, areas.area_level, areas.area_code, areas.area
),

final as (
    select
        located.year,
        located.area_level,
        located.area_code,
        located.area,
        located.counted_in,
        cast(located.inhabitants as bigint) as inhabitants,
        size_classes.label_nl as size_class_nl,
        size_classes.from_inhabitants as size_class_order
    from located
    left join size_classes
        on
            located.area_level = 'municipality'
            and located.inhabitants >= size_classes.from_inhabitants
            and located.inhabitants <= coalesce(size_classes.to_inhabitants, located.inhabitants)
)

select * from final
