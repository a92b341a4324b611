with

figures as (
    select *
    from {{ ref('figures') }}
    where value is not null
),

measures as (
    select *
    from {{ ref('measures') }}
    where kind = 'amount'
),

areas as (
    select * from {{ ref('publication_areas') }}
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
        figures.persons
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
)

select * from final
