"""What a release carries over from its warehouse, so that a public edition needs no other file."""

import duckdb

_WHOLE = (
    "marts.dim_parameters",
    "marts.dim_annexes",
    "marts.dim_reporting_years",
    "marts.dim_municipalities",
    "marts.dim_duration_classes",
    "marts.dim_profile_categories",
    "marts.dim_endings",
    "marts.dim_outcomes",
    "marts.dim_decisions",
    "marts.dim_quality_codes",
    "quality.balance",
    "quality.build_log",
)
_COUNTED = {"quality.quarantine": "extract, reasons", "quality.warnings": "extract, warning"}
"""Row-level tables: what is counted comes along, what tells about a person does not."""
_WHEN_THERE = ("quality.publication", "quality.test_warnings")


def carry_over(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Copy the labels and the counts of quality from the attached database `source`."""
    there = {
        f"{schema}.{name}"
        for schema, name in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = ?", [source]
        ).fetchall()
    }
    copied = dict.fromkeys((*_WHOLE, *(name for name in _WHEN_THERE if name in there)), "*") | _COUNTED
    for schema in sorted({name.partition(".")[0] for name in copied}):
        connection.execute(f"create schema if not exists {schema}")
    for name, columns in copied.items():
        connection.execute(f"create table {name} as select {columns} from {source}.{name}")
