"""What a release carries over from its warehouse, so that a public edition needs no other file."""

import duckdb

_WHOLE = (
    "marts.dim_parameters",
    "marts.dim_annexes",
    "marts.dim_reporting_years",
    "marts.dim_municipalities",
    "marts.areas",
    "marts.dim_figures",
    "reference.sheets",
    "reference.charts",
    "reference.headlines",
    "reference.quality_codes",
    "quality.balance",
)
_PARTLY = {
    "quality.quarantine": "extract, reasons",
    "quality.warnings": "extract, warning",
    "quality.node_results": "node, resource_type, status, finished_at, invocation_id",
}
"""The columns that are counted or shown; the others are about persons, or name folders."""


def carry_over(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Copy the labels, the counts of quality and the origin from the attached database `source`."""
    is_published = connection.execute(
        "select 1 from duckdb_tables()"
        " where database_name = ? and schema_name = 'quality' and table_name = 'publication'",
        [source],
    ).fetchone()
    copied = dict.fromkeys(_WHOLE, "*") | _PARTLY | ({"quality.publication": "*"} if is_published else {})
    for schema in sorted({name.partition(".")[0] for name in copied}):
        connection.execute(f"create schema if not exists {schema}")
    for name, columns in copied.items():
        connection.execute(f"create table {name} as select {columns} from {source}.{name}")
