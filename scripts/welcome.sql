.print
.print TWE-OCMW: read-only. Stop with .quit, see all columns of a table with: describe marts.annex_5_outflow;
.print Ready queries are in docs/queries.md.
.print
.mode box
select
    as_of,
    geography_date as municipalities_of,
    case when is_synthetic then 'SYNTHETIC demonstration data' else 'delivered records' end as contents
from marts.dim_parameters;
.mode list
.headers off
.print What there is (the comments of all tables and columns: from duckdb_columns();):
select
    printf('  %-46s %s', name, split_part(replace(trim(description), chr(10), ' '), '. ', 1))
from (
    select
        schema_name || '.' || table_name as name,
        comment as description
    from duckdb_tables()
    where schema_name in ('marts', 'questions') and comment is not null
    union all
    -- The description of a function starts with the function itself, which is the name here.
    select
        schema_name || '.' || function_name || '(' || array_to_string(parameters, ', ') || ')' as name,
        regexp_replace(comment, '^[^:]*: ', '') as description
    from duckdb_functions()
    where schema_name = 'questions'
)
order by name;
.print
.mode duckbox
.headers on
