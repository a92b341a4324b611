-- The field with the categories of a dimension has its name, or else is `outcome` or `category`.
select
    measures.mart,
    fields.column_name as field,
    names.dimension as code_group,
    coalesce(names.dimension_label_nl, names.label_nl) as group_label_nl,
    names.category as code,
    names.label_nl
from marts.dim_figures as names
inner join reference.measures as measures using (annex, measure, dimension)
inner join duckdb_columns() as fields
    on
        fields.database_name = current_database()
        and measures.mart = fields.table_name
        and fields.column_name in (names.dimension, 'outcome', 'category')
where measures.mart is not null
union
select
    sheets.mart,
    sheets.labels_of as field,
    sheets.labels_of as code_group,
    sheets.dimension_header_nl,
    parts.category,
    parts.label_nl
from reference.sheets as sheets
inner join marts.dim_categories as parts on sheets.labels_of = parts.dimension
union
select
    'annex_revisions' as mart,
    'measure' as field,
    mart as code_group,
    concat_ws(' ', 'Bijlage', annex, sheet) as group_label_nl,
    measure,
    label_nl
from reference.measures
where mart is not null
