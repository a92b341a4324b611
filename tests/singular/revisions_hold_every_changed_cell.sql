-- No changed cell is lost on the way to annex_revisions: each of its measures is in seed annex_measures.
select changed.*
from {{ ref('revision_cells__changed') }} as changed
anti join {{ ref('annex_revisions') }} as revisions
    on
        changed.mart = revisions.mart
        and changed.year = revisions.year
        and changed.nis_code = revisions.nis_code
        and changed.dimension = revisions.dimension
        and changed.category = revisions.category
        and changed.measure = revisions.measure
