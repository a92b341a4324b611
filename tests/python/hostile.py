"""Looking at files as dbt does, without dbt: the project's own check and the SQL of its own macros."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from oracle.codes import EXTRACTS
from twe.landing.delivery import look_at_delivery
from warehouse import PROJECT

BLANKS = " \t\u00a0"
Texts = list[tuple[str, ...]]


def columns_of(extract: str) -> list[str]:
    """Return the contract columns of an extract."""
    return [column.name for column in EXTRACTS[extract]]


def look(folder: Path, extract: str) -> list[dict[str, Any]]:
    """Return what the check found for the files of an extract."""
    answer: dict[str, Any] = look_at_delivery(str(folder), {extract: columns_of(extract)}, {})
    return answer["files"][extract]


@cache
def _macros() -> Any:
    """Return the landing macros, rendered without dbt."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals["return"] = lambda value: value
    names = ("delivered_files", "delivered_rows")
    texts = [(PROJECT / f"macros/landing/{name}.sql").read_text(encoding="utf-8") for name in names]
    return environment.from_string("\n".join(texts)).module


def landed_texts(connection: duckdb.DuckDBPyConnection, file: dict[str, Any], extract: str) -> Texts:
    """Return the contract columns of a file as the build reads them, row by row, blanks trimmed."""
    macros, names = _macros(), columns_of(extract)
    file = file | {"file_id": 7}
    is_csv = file["format"] == "csv"
    part = macros.csv_rows(file, names) if is_csv else macros.parquet_rows([file], names)
    rows = connection.execute(f"select * from ({part}) where source_row > 0 order by source_row").fetchall()
    assert {row[0] for row in rows} <= {file["file_id"]}
    return [tuple(trimmed(value) for value in row[2:]) for row in rows]


def trimmed(value: object) -> str:
    """Return a value as text, an empty one for NULL."""
    return "" if value is None else str(value).strip(BLANKS)


def allow_large_fields() -> None:
    """Let Python's own reader, behind the oracle, take fields of any size."""
    csv.field_size_limit(2**31 - 1)
