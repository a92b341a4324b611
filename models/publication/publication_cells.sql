with

places as (
    select * from {{ ref('publication_places') }}
),

areas as (
    select * from {{ ref('publication_areas') }}
),

cells as (
    select
        cell_id,
        any_value(cell_measure) as measure,
        any_value(period) as period,
        any_value(area_id) as area_id,
        any_value(cell_dimension) as dimension,
        any_value(cell_category) as category,
        any_value(units_per_person) as units_per_person,
        max(true_value) as true_value,
        max(persons) as persons,
        count(annex) > 0 as is_published
    from places
    group by cell_id
),

final as (
    select
        cells.cell_id,
        cells.measure,
        cells.period,
        cells.area_id,
        areas.area_level,
        areas.area_vintage,
        cells.dimension,
        cells.category,
        cells.units_per_person,
        cells.true_value,
        cells.persons,
        areas.area_level = 'municipality' as is_protected,
        cells.is_published
    from cells
    inner join areas on cells.area_id = areas.area_id
)

-- In this order the long keys take less than half of the space.
select * from final
order by cell_id
