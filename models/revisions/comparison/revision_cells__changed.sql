with

cells as (
    select * from {{ ref('revision_cells') }}
),

previous_cells as (
    select * from {{ ref('revision_cells__previous') }}
),

-- Where no row is, the value is 0, unless nobody delivered the figure.
unavailable as (
    select distinct
        mart,
        measure
    from cells
    where value is null
),

unavailable_before as (
    select distinct
        mart,
        measure
    from previous_cells
    where value is null
),

compared as (
    select
        coalesce(cells.mart, previous_cells.mart) as mart,
        coalesce(cells.year, previous_cells.year) as year,
        coalesce(cells.nis_code, previous_cells.nis_code) as nis_code,
        coalesce(cells.municipality, previous_cells.municipality) as municipality,
        coalesce(cells.province, previous_cells.province) as province,
        coalesce(cells.dimension, previous_cells.dimension) as dimension,
        coalesce(cells.category, previous_cells.category) as category,
        coalesce(cells.measure, previous_cells.measure) as measure,
        case
            when previous_cells.mart is not null then previous_cells.value
            when unavailable_before.mart is null then 0
        end as old_value,
        case
            when cells.mart is not null then cells.value
            when unavailable.mart is null then 0
        end as new_value
    from cells
    full outer join previous_cells
        on
            cells.mart = previous_cells.mart
            and cells.year = previous_cells.year
            and cells.nis_code = previous_cells.nis_code
            and cells.dimension = previous_cells.dimension
            and cells.category = previous_cells.category
            and cells.measure = previous_cells.measure
    left join unavailable
        on
            previous_cells.mart = unavailable.mart
            and previous_cells.measure = unavailable.measure
    left join unavailable_before
        on
            cells.mart = unavailable_before.mart
            and cells.measure = unavailable_before.measure
),

final as (
    select *
    from compared
    where old_value is distinct from new_value
)

select * from final
