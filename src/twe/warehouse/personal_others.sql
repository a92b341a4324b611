-- What reads records beside tables: the other functions of the warehouse, its views, types and schemas.
select format('view fresh."{}"."{}"', schema_name, view_name)
from duckdb_views()
where database_name = 'fresh' and not internal
union all
select distinct
    replace(function_type, 'table_macro', 'macro table')
    || format(' fresh."{}"."{}"', schema_name, function_name)
from duckdb_functions()
where
    database_name = 'fresh' and not internal
    and function_name not in ('answers', 'publication_equations')
union all
select format('type fresh."{}"."{}"', schema_name, type_name)
from duckdb_types()
where database_name = 'fresh' and not internal
union all
select format('schema fresh."{}" cascade', schema_name)
from duckdb_schemas()
where database_name = 'fresh' and not internal and schema_name not in getvariable('schemas')
