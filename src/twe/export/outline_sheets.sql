select
    annex,
    coalesce(sheet, '') as name,
    layout,
    coalesce(mart, '') as mart,
    coalesce(title_nl, '') as title,
    coalesce(text_nl, '') as text,
    coalesce(labels_of, '') as labels_of,
    coalesce(dimension_header_nl, '') as dimension_header,
    coalesce(dimension_meaning_nl, '') as dimension_meaning,
    coalesce(category_header_nl, '') as category_header,
    coalesce(category_meaning_nl, '') as category_meaning
from reference.sheets
order by sort_order
