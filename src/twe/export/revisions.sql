-- The changed figures with the labels of their measure, dimension and category.
with

measures as (
    select
        measures.*,
        coalesce(parts.label_nl, measures.dimension_label_nl) as measure_dimension_nl,
        coalesce(parts.sort_order, 0) as dimension_order,
        concat_ws(' ', 'Bijlage', measures.annex, measures.sheet) as table_nl
    from reference.measures as measures
    left join reference.sheets as sheets
        on
            measures.annex = sheets.annex
            and measures.sheet is not distinct from sheets.sheet
    -- Exact months are numbers; their dimension may be an ending, which has a label of its own.
    left join marts.dim_categories as parts
        on
            sheets.labels_of = parts.dimension
            and measures.dimension = parts.category
    where measures.mart is not null
)

select
    cells.*,
    measures.table_nl,
    measures.label_nl as measure_label,
    measures.is_additive,
    measures.unit_nl,
    measures.sort_order,
    coalesce(categories.dimension_label_nl, measures.measure_dimension_nl) as dimension_label,
    coalesce(categories.label_nl, cells.category || ' ' || measures.category_unit_nl) as category_label,
    coalesce(categories.group_order, measures.dimension_order) as dimension_order,
    coalesce(categories.sort_order, try_cast(cells.category as integer)) as category_order
from marts.annex_revisions as cells
inner join measures
    on
        cells.annex = measures.annex
        and cells.mart = measures.mart
        and cells.measure = measures.measure
        and cells.dimension = if(measures.dimension in ('total', 'booking_year'), 'all', measures.dimension)
left join marts.dim_categories as categories
    on
        cells.dimension = categories.dimension
        and cells.category = categories.category
