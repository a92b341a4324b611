with

figures as (
    select * from {{ ref('figures') }}
),

measures as (
    select * from {{ ref('measures') }}
),

areas as (
    select * from {{ ref('publication_areas') }}
),

-- Where all months were recovered there are amounts, but no client.
clients as (
    select
        area_code,
        year,
        value as clients
    from figures
    where
        annex = 3
        and measure = 'clients'
        and area_level = 'municipality'
),

-- Amounts alone have persons, when they are available.
persons as (
    select
        figures.annex,
        figures.measure,
        figures.dimension,
        figures.year,
        located.area_level,
        located.area_code,
        sum(least(figures.persons, clients.clients)) as persons
    from figures
    inner join {{ ref('areas') }} as located on figures.area_code = located.nis_code
    left join clients
        on
            figures.area_code = clients.area_code
            and figures.year = clients.year
    where
        figures.area_level = 'municipality'
        and figures.persons is not null
    group by
        figures.annex, figures.measure, figures.dimension, figures.year, located.area_level, located.area_code
),

rates as (
    select
        years.year,
        min(rates.monthly_eur) as lowest_rate_eur,
        max(rates.monthly_eur) as highest_rate_eur
    from {{ ref('dim_reporting_years') }} as years
    inner join {{ ref('subsidy_rates') }} as rates
        on
            rates.valid_from <= make_date(years.year, 12, 31)
            and coalesce(rates.valid_to >= make_date(years.year, 1, 1), true)
    where years.annex = 3
    group by years.year
),

final as (
    select
        measures.published_dimension as basis,
        measures.published_category as amount,
        figures.year,
        areas.area_level,
        areas.area_code,
        areas.area_id,
        areas.parent_area_id,
        cast(figures.value as decimal(18, 2)) as amount_eur,
        cast(persons.persons as bigint) as persons,
        rates.lowest_rate_eur,
        rates.highest_rate_eur
    from figures
    inner join measures
        on
            figures.annex = measures.annex
            and figures.measure = measures.measure
            and figures.dimension = measures.dimension
    inner join areas
        on
            figures.area_level = areas.area_level
            and figures.area_code = areas.area_code
    inner join persons
        on
            figures.annex = persons.annex
            and figures.measure = persons.measure
            and figures.dimension = persons.dimension
            and figures.area_level = persons.area_level
            and figures.area_code = persons.area_code
            and figures.year = persons.year
    left join rates on figures.year = rates.year
)

select * from final
