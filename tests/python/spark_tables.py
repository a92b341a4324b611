"""Reading what a build on Spark wrote, without Spark: its tables are folders of Parquet files."""

from pathlib import Path

import duckdb

from twe.landing.delivery import literal_path

TABLES_OF_QUALITY = ("quarantine", "warnings", "balance")
DUCKDB_ONLY = (
    "annex_revisions",
    "annex_revision_records",
    "annex_3_correction_triangle",
    "expected_changes",
    "fct_figure_changes",
    "dim_previous_state",
)


def compared_tables(database: Path) -> list[str]:
    """Return the tables that both engines must build alike: all of the marts but revisions, and quality.

    A view has no files on Spark; the tables that are made from it are compared.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'marts' and table_type = 'BASE TABLE' order by 1"
        ).fetchall()
    marts = [f"marts.{name}" for (name,) in names if name not in DUCKDB_ONLY]
    return marts + [f"quality.{name}" for name in TABLES_OF_QUALITY]


def differences(database: Path, warehouse: Path, table: str) -> list[str]:
    """Compare every row and every column of a table both ways, columns by name; one line per difference."""
    schema, name = table.split(".")
    files = f"{literal_path(warehouse)}/tables/{schema}.db/{name}/*.parquet"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{database}' as duck (read_only)")
        columns = [row[0] for row in connection.execute(f"describe duck.{table}").fetchall()]
        spark_columns = [row[0] for row in connection.execute(f"describe select * from '{files}'").fetchall()]
        if columns != spark_columns:
            return [f"{table}: columns {columns} on DuckDB, {spark_columns} on Spark"]
        # As text: a value and its type must both be the same, 1 is not 1.00.
        read = ", ".join(f'cast("{column}" as varchar) as "{column}"' for column in columns)
        duck, spark = f"select {read} from duck.{table}", f"select {read} from '{files}'"
        found = []
        for engine, one, other in (("DuckDB", duck, spark), ("Spark", spark, duck)):
            rows = connection.execute(f"{one} except all {other}").fetchall()
            found += [f"{table} only on {engine}: {row}" for row in rows]
    return found
