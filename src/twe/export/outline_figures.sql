select
    annex,
    row(measure, dimension, category) as name,
    coalesce(sheet, '') as sheet,
    mart,
    coalesce(header_nl, '') as header,
    coalesce(meaning_nl, '') as meaning,
    label_nl,
    kind,
    unit_nl,
    missing,
    units_per_person
from marts.dim_figures
order by sort_order
