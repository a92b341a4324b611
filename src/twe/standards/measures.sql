-- The names of the given `figures`, by their code, with label and unit; `kinds` has those by exact month, which have no
-- row in dim_figures.
select distinct
    figures.code,
    figures.annex,
    concat_ws(
        ': ',
        coalesce(names.measure_label_nl, kinds.label_nl),
        if(figures.dimension = 'total', null, coalesce(names.dimension_label_nl, kinds.dimension_label_nl)),
        if(
            figures.category = 'total',
            null,
            coalesce(names.label_nl, concat_ws(' ', figures.category, kinds.category_unit_nl))
        )
    ) as label_nl,
    coalesce(names.unit_nl, kinds.unit_nl) as unit_nl,
    if(names.kind = 'count', names.units_per_person, null) as units_per_person,
    coalesce(names.sort_order, kinds.sort_order) as place,
    try_cast(figures.category as integer) as months
from figures
left join marts.dim_figures as names using (annex, measure, dimension, category)
left join kinds
    on
        names.annex is null
        and figures.annex = kinds.annex
        and figures.measure = kinds.measure
        and figures.dimension = kinds.dimension
order by figures.annex, place, months, figures.code
