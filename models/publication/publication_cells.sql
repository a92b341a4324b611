with

counts as (
    select * from {{ ref('publication_area_counts') }}
),

areas as (
    select * from {{ ref('publication_areas') }}
),

cells as (
    select
        cell_id,
        cell_measure as measure,
        period,
        area_id,
        cell_dimension as dimension,
        cell_category as category,
        units_per_person,
        max(true_value) as true_value,
        max(persons) as persons,
        list_sort(
            list_distinct(list(concat('annex ', annex, ': ', content, ' ', year)) filter (where annex is not null))
        ) as appears_in
    from counts
    group by cell_id, cell_measure, period, area_id, cell_dimension, cell_category, units_per_person
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
        cells.appears_in is not null as is_published,
        coalesce(cells.appears_in, []) as appears_in
    from cells
    inner join areas on cells.area_id = areas.area_id
)

select * from final
