"""Inspecting files as a build does, without dbt: the project's own inspection and the SQL that it gives."""

import csv
from pathlib import Path

import duckdb

from oracle.codes import EXTRACTS
from twe.landing.contract import extracts
from twe.landing.delivery import Delivery, File, inspect_delivery
from twe.landing.views import relation

BLANKS = " \t\u00a0"
COLUMNS = extracts()
Texts = list[tuple[str, ...]]


def columns_of(extract: str) -> list[str]:
    """Return the contract columns of an extract."""
    return [column.name for column in EXTRACTS[extract]]


def look(folder: Path, extract: str) -> Delivery:
    """Return what the inspection found for the files of an extract."""
    return inspect_delivery(str(folder), {extract: COLUMNS[extract]})


def landed_texts(connection: duckdb.DuckDBPyConnection, file: File) -> Texts:
    """Return the contract columns of a file as the build reads them, row by row, blanks trimmed."""
    columns = COLUMNS[file.extract]
    values = [
        column.name
        if column.reads_as in ("text", "nis")
        else f"coalesce({column.name}, cast({column.name}_native as varchar))"
        for column in columns
    ]
    rows = connection.execute(
        f"select file_id, {', '.join(values)} from ({relation(columns, [file])}) order by source_row"
    ).fetchall()
    assert {row[0] for row in rows} <= {file.file_id}
    return [tuple(trimmed(value) for value in row[1:]) for row in rows]


def trimmed(value: object) -> str:
    """Return a value as text, an empty one for NULL."""
    return "" if value is None else str(value).strip(BLANKS)


def allow_large_fields() -> None:
    """Let Python's own reader, behind the oracle, take fields of any size."""
    csv.field_size_limit(2**31 - 1)
