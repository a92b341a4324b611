-- Figures stay, and the quality tables for their counts; everything else is row-level. A list of keys hangs at
-- a figure and is emptied; a single key in a mart means that the row itself is about a record.
with

tables as (
    from duckdb_tables()
    where database_name = 'source'
),

columns as (
    select
        *,
        format('"{}"', column_name) as quoted,
        contains(coalesce(comment, ''), getvariable('mark')) or column_name in getvariable('keys') as is_personal,
        data_type like '%[]' as is_list
    from duckdb_columns()
    where database_name = 'source' and not internal
)

select
    format('"{}"."{}"', columns.schema_name, columns.table_name) as place,
    columns.schema_name in getvariable('schemas') and (
        columns.schema_name <> 'marts'
        or regexp_matches(columns.table_name, getvariable('kept_marts'))
        and bool_and(columns.is_list or not columns.is_personal)
    ) as is_kept,
    string_agg(
        case
            when not columns.is_personal then columns.quoted
            when columns.is_list then format('cast([] as {})', columns.data_type)
            else 'null'
        end,
        ', ' order by columns.column_index
    ) as kept_values,
    list(concat_ws('.', columns.schema_name, columns.table_name, columns.column_name) order by columns.column_index)
    filter (columns.is_personal) as emptied
from columns
semi join tables using (schema_name, table_name)
group by columns.schema_name, columns.table_name
order by columns.schema_name, columns.table_name
