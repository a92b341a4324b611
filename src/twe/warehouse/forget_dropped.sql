-- That a table was built and tested stays known; one that was not as it was built stays a fault.
update fresh.quality.node_results as results
set relation = null, stored_rows = null
from duckdb_tables() as dropped
anti join (
    from duckdb_tables()
    where database_name = 'fresh'
) as kept
    using (schema_name, table_name)
where
    dropped.database_name = 'source'
    and results.relation = dropped.schema_name || '.' || dropped.table_name
    and results.stored_rows = dropped.estimated_size
