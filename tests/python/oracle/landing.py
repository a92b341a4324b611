"""From a folder of delivered files to records with parsed values."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from oracle.codes import EXTRACTS, OPTIONAL_EXTRACTS, Column
from oracle.values import Value, read, trimmed

Texts = dict[str, str | None]


class LandingError(Exception):
    """A delivery that must stop the build: an extract without file or a file without a column."""


@dataclass
class Row:
    """One delivered record: where it came from, its texts as delivered and its values as read."""

    extract: str
    source_file: str
    source_row: int
    texts: Texts
    values: dict[str, Value]
    reasons: set[str] = field(default_factory=set)


def read_folder(folder: Path) -> dict[str, list[Row]]:
    """Read every extract of a folder; LandingError when a file or a column is missing."""
    return {extract: _read_extract(folder, extract) for extract in EXTRACTS}


def _read_extract(folder: Path, extract: str) -> list[Row]:
    csv_files = sorted(folder.glob(f"{extract}*.csv"))
    parquet_files = sorted(folder.glob(f"{extract}*.parquet"))
    if not csv_files and not parquet_files and extract not in OPTIONAL_EXTRACTS:
        raise LandingError(f"no file for {extract} in {folder}")
    rows = []
    for path in csv_files:
        records, surplus = read_csv(extract, path)
        rows += _rows(extract, path, records)
        for row in rows[-len(records) :] if records else []:
            row.reasons |= {"surplus_fields"} if row.source_row in surplus else set()
    for path in parquet_files:
        rows += _rows(extract, path, read_parquet(extract, path))
    return rows


def _rows(extract: str, path: Path, records: list[Texts]) -> list[Row]:
    return [
        Row(
            extract,
            path.name,
            number,
            texts,
            {column.name: _value(column, texts[column.name]) for column in EXTRACTS[extract]},
        )
        for number, texts in enumerate(records, start=1)
    ]


def _value(column: Column, text: str | None) -> Value:
    value = read(text, column.kind)
    return column.canonical(value) if isinstance(value, str) else value


def _positions(extract: str, header: list[str]) -> dict[str, int] | None:
    """Find the place of every contract column, None when one is missing."""
    names = [(trimmed(name) or "").lower().replace(" ", "_").replace("-", "_") for name in header]
    if not {column.name for column in EXTRACTS[extract] if column.required} <= set(names):
        return None
    return {column.name: names.index(column.name) for column in EXTRACTS[extract] if column.name in names}


def read_csv(extract: str, path: Path) -> tuple[list[Texts], set[int]]:
    """Read one delimited file under the separator that shows all required columns.

    Returns its records and the numbers of those with a filled field behind the last column, from 1.
    """
    text = _decoded(path.read_bytes())
    for delimiter in ",;\t|":
        every = [
            record for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if record
        ]
        for number, header in enumerate(every[:20]):
            positions = _positions(extract, header)
            if positions is None:
                continue
            records = every[number:]
            absent = {column.name: None for column in EXTRACTS[extract] if column.name not in positions}
            width = len(records[0])
            texts: list[Texts] = [
                absent
                | {name: record[place] if place < len(record) else None for name, place in positions.items()}
                for record in records[1:]
            ]
            surplus = {
                number for number, record in enumerate(records[1:], 1) if any(map(trimmed, record[width:]))
            }
            return texts, surplus
    raise LandingError(f"{path.name} lacks a column of {extract}")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return text.lstrip("\ufeff")


def read_parquet(extract: str, path: Path) -> list[Texts]:
    """Read one Parquet file; native values are taken as the text that is accepted for them."""
    table = pq.read_table(path)
    positions = _positions(extract, table.column_names)
    if positions is None:
        raise LandingError(f"{path.name} lacks a column of {extract}")
    columns: dict[str, list[str | None]] = {
        column.name: [None] * table.num_rows for column in EXTRACTS[extract] if column.name not in positions
    }
    for name, place in positions.items():
        columns[name] = [_text(value) for value in _python_values(table, place)]
    return [{name: texts[number] for name, texts in columns.items()} for number in range(table.num_rows)]


def _python_values(table: pa.Table, place: int) -> list[object]:
    column = table.column(place)
    # Nanoseconds do not fit Python's datetime; the deliveries hold whole seconds only.
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", tz=column.type.tz))
    values: list[object] = column.to_pylist()
    return values


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
