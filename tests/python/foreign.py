"""A CSV package as libraries of others read it, beside its own CSV files."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from csvw import TableGroup

Row = dict[str, str]


def csv_rows(path: Path) -> list[Row]:
    """Return the rows of a file as texts."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def is_same(value: object, text: str) -> bool:
    """Return whether a value means what the text of a cell says."""
    if value is None or text == "":
        return value is None and text == ""
    if isinstance(value, bool):
        return str(value).lower() == text
    return value == text if isinstance(value, str) else value == Decimal(text)


def differing_cells(rows: list[dict[str, object]], path: Path) -> Iterator[tuple[str, object, str]]:
    """Yield the cells of a file that a library reads as something else."""
    expected = csv_rows(path)
    assert len(rows) == len(expected) and rows, path.name
    for row, texts in zip(rows, expected, strict=True):
        assert row.keys() == texts.keys()
        yield from ((name, row[name], texts[name]) for name in row if not is_same(row[name], texts[name]))


def check_csvw(folder: Path) -> None:
    """Compare every cell of every table as csvw reads it; types, patterns and required fields hold."""
    group = TableGroup.from_file(folder / "csv-metadata.json")
    names = {path.name for path in folder.glob("*.csv") if not path.name.endswith(".sdmx.csv")}
    assert {table.url.string for table in group.tables} == names
    for table in group.tables:
        rows = list(table.iterdicts(strict=True))
        assert not list(differing_cells(rows, folder / table.url.string))
        key = table.tableSchema.primaryKey
        assert len({tuple(row[name] for name in key) for row in rows}) == len(rows)
        uris = {
            column.name: column.inherit("valueUrl").expand(**{column.name: "44021"})
            for column in table.tableSchema.columns
            if column.inherit("valueUrl")
        }
        areas = {
            "nis_code": "https://data.vlaanderen.be/id/gemeente/44021",
            "area_code": "http://vocab.belgif.be/auth/refnis2019/44021",
        }
        assert uris == {name: uri for name, uri in areas.items() if name in rows[0]}
