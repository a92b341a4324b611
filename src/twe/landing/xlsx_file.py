"""Workbooks as delimited text: native dates, numbers and booleans in the forms of the contract."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from twe.landing.csv_file import HEADER_RECORDS
from twe.landing.faults import FileFault
from twe.landing.header import Header

Cell = int | float | str | bool | time | date | datetime | timedelta


def xlsx_as_csv(path: Path, folder: Path, extract: str, header: Header) -> Path:
    """Return the sheet of an extract as a CSV file in `folder`.

    It is the sheet of that name, else the first that has the header among its first rows. FileFault when
    there is none.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError):
        raise FileFault("is not a workbook that can be read") from None
    named = [rows for name, rows in sheets.items() if name.strip().lower() == extract]
    rows = next(iter(named or [rows for rows in sheets.values() if _has_header(rows, header)]), None)
    if rows is None:
        raise FileFault(f"has no sheet {extract}, and no other with the columns of the contract")
    target = folder / "sheet.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([_text(cell) for cell in row] for row in rows if any(cell != "" for cell in row))
    return target


def _has_header(rows: list[list[Cell]], header: Header) -> bool:
    filled = [row for row in rows if any(cell != "" for cell in row)]
    return any(
        not header.absent(header.names(_text(cell) for cell in row)) for row in filled[:HEADER_RECORDS]
    )


def _text(cell: Cell) -> str:
    """Return a cell in a form of the contract; a number with the 15 digits that spreadsheets show."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else f"{cell:.15g}"
    return str(cell)
