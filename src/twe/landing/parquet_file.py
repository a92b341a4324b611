"""The columns of a delivered Parquet file, found by reading all of them once."""

import re
from functools import cache
from pathlib import Path

import duckdb

from twe.landing.contract import Layout
from twe.landing.faults import FileFault
from twe.landing.header import Header
from twe.warehouse.files import sql_text

LARGEST_PRECISION = 38
"""DuckDB's largest decimal; it takes a larger one for a floating-point number."""
_VALUE_TYPE = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|BLOB|UUID"
    r"|JSON|DATE|TIME|TIME_NS|TIME WITH TIME ZONE|TIMESTAMP|TIMESTAMP_(S|MS|NS)|TIMESTAMP WITH TIME ZONE"
)


def parquet_layout(path: Path, literal_path: str, header: Header) -> Layout:
    """Return the normalised names, and DuckDB's quoted names and types, of all columns.

    FileFault when a required column isn't there, and when one occurs twice, holds no plain values or can't be
    read to the last row.
    `literal_path` is the path as DuckDB has to see it, without wildcards.
    """
    with path.open("rb") as file:
        if not file.read(1):
            raise FileFault("is empty")
    source = f"read_parquet({sql_text(literal_path)}, binary_as_string = true, hive_partitioning = false)"
    connection = _database()
    try:
        tops = _top_columns(connection, literal_path)
        described = connection.execute(f"describe select * from {source}").fetchall()
        names = header.names(name for name, _ in tops)
        if header.absent(names):
            raise header.fault(names)
        header.check(names)
        columns = [column.name for column in header.columns if column.name in names]
        identifiers = ['"' + row[0].replace('"', '""') + '"' for row in described]
        types = [row[1] for row in described]
        for column in columns:
            place = names.index(column)
            _check_type(column, types[place], tops[place][1])
        own_names = [tops[names.index(column)][0] for column in columns]
        _check_counts(connection, literal_path, own_names)
        read = ", ".join(identifiers[names.index(column)] for column in columns)
        connection.execute(f"select bit_xor(hash({read})) from {source}").fetchall()
    except duckdb.Error:
        # Its message may quote a value.
        raise FileFault("is not a Parquet file that can be read to its last value") from None
    return {"names": names, "identifiers": tuple(identifiers), "types": tuple(types)}


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """Return a database in memory for all files: a query that fails on the build's would end the build."""
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "enable_external_file_cache": False}
    )
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _top_columns(connection: duckdb.DuckDBPyConnection, literal_path: str) -> list[tuple[str, int]]:
    """Return name and decimal precision (0 for other types) of every column, nested ones as one."""
    rows = connection.execute(
        "select name, coalesce(num_children, 0), coalesce(precision, 0)"
        f" from parquet_schema({sql_text(literal_path)})"
    ).fetchall()
    found: list[tuple[str, int]] = []
    inside = 0
    for name, children, precision in rows[1:]:
        if inside:
            inside -= 1
        else:
            found.append((name, precision))
        inside += children
    return found


def _check_counts(connection: duckdb.DuckDBPyConnection, literal_path: str, own_names: list[str]) -> None:
    """Raise FileFault when the footer's numbers of rows differ: DuckDB believes it and would drop rows."""
    file, names = sql_text(literal_path), ", ".join(map(sql_text, own_names))
    ((footer, groups),) = connection.execute(
        f"select (select num_rows from parquet_file_metadata({file})), coalesce(sum(row_group_num_rows), 0)"
        f" from (select distinct row_group_id, row_group_num_rows from parquet_metadata({file}))"
    ).fetchall()
    ((different,),) = connection.execute(
        f"select count(*) from parquet_metadata({file})"
        f" where num_values <> row_group_num_rows and path_in_schema in ({names})"
    ).fetchall()
    if different or footer != groups:
        raise FileFault("contradicts itself about its number of rows")


def _check_type(column: str, duckdb_type: str, precision: int) -> None:
    if precision > LARGEST_PRECISION:
        raise FileFault(
            f"has the column {column} as a decimal of {precision} digits; {LARGEST_PRECISION} is the most"
        )
    if not _VALUE_TYPE.fullmatch(duckdb_type):
        raise FileFault(f"has the column {column} in a type that is not a plain value")
