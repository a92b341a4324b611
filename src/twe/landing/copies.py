"""Delivered files in other forms, as copies that DuckDB can read: packed, in another encoding, workbooks."""

import codecs
import csv
import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from twe.landing.csv_file import HEADER_RECORDS
from twe.landing.faults import FileFault, printable
from twe.landing.header import Header
from twe.landing.xlsx_cells import cells_without_value

MAX_MEMBERS = 1000
MAX_UNPACKED_BYTES = 64 * 1024**3
MAX_RATIO = 1000
_BLOCK_BYTES = 4 * 1024 * 1024
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
Cell = int | float | str | bool | time | date | datetime | timedelta


def members(path: Path, folder: Path) -> Iterator[tuple[str, Path | None]]:
    """Yield the name of every file of a zip archive and its content, a file in `folder`.

    None for what is in a folder of the archive. FileFault when the archive is broken, locked, or larger than
    the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = [item for item in archive.infolist() if not item.is_dir()]
            found = [item for item in files if _is_at_top(item)]
            if len(found) > MAX_MEMBERS:
                raise FileFault(f"holds more than {MAX_MEMBERS} files")
            size = sum(item.file_size for item in found)
            if size > _most_bytes(path):
                raise FileFault(
                    f"unpacks to {size // 1024**2} MB, more than is safe; send the files unpacked"
                )
            for number, item in enumerate(sorted(found, key=lambda item: item.filename)):
                target = folder / f"member_{number}{PurePosixPath(item.filename).suffix.lower()}"
                with archive.open(item) as content:
                    # No more than the archive said, whatever its content unpacks to.
                    _copy(content, target, item.file_size)
                yield item.filename, target
            yield from ((item.filename, None) for item in files if item not in found)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise FileFault("is not a zip archive that can be read to its end without a password") from None


def unpacked(path: Path, folder: Path) -> Path:
    """Return the content of a gzip file as a file in `folder`; FileFault when it is broken or too large."""
    target = folder / "unpacked.csv"
    try:
        with gzip.open(path) as content:
            _copy(content, target, _most_bytes(path))
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileFault("is not a gzip file that can be read to its end") from None
    return target


def _is_at_top(item: zipfile.ZipInfo) -> bool:
    # A name with a slash is in a folder, or tries to leave it; Windows writes backslashes.
    return not set(item.filename) & {"/", "\\"}


def _most_bytes(path: Path) -> int:
    return min(MAX_UNPACKED_BYTES, max(MAX_RATIO * path.stat().st_size, _BLOCK_BYTES))


def _copy(content: IO[bytes] | gzip.GzipFile, target: Path, most_bytes: int) -> None:
    left = most_bytes
    with target.open("wb") as file:
        while block := content.read(_BLOCK_BYTES):
            left -= len(block)
            if left < 0:
                raise FileFault(f"unpacks to more than {most_bytes // 1024**2} MB; send it unpacked")
            file.write(block)


def without_other_marks(path: Path, folder: Path) -> Path:
    """Return a file without the byte-order marks of UTF-16 and without a second one of UTF-8.

    `path` itself when it is so already; else a copy in `folder`.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(UTF_16):
        return in_utf_8(path, folder, "utf-16")
    if not start.startswith(2 * codecs.BOM_UTF8):
        return path
    target = folder / "utf-8.csv"
    with path.open("rb") as source, target.open("wb") as file:
        start = source.read(_BLOCK_BYTES)
        while start.startswith(codecs.BOM_UTF8):
            start = start.removeprefix(codecs.BOM_UTF8)
        file.write(start)
        shutil.copyfileobj(source, file, _BLOCK_BYTES)
    return target


def in_utf_8(path: Path, folder: Path, encoding: str) -> Path:
    """Return a copy of a text in UTF-16 or cp1252; FileFault when it can't be written so."""
    target = folder / "utf-8.csv"
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as file,
        ):
            shutil.copyfileobj(source, file, _BLOCK_BYTES)
    except UnicodeError:
        name = "UTF-16, although it begins so" if encoding == "utf-16" else "UTF-8 or Windows-1252"
        raise FileFault(f"is not {name}") from None
    return target


def xlsx_as_csv(path: Path, folder: Path, extract: str, header: Header) -> tuple[Path, list[str]]:
    """Return the sheet of an extract as a CSV file in `folder`, and what to warn of.

    It is the sheet of that name, else the first that has the header among its first rows. FileFault when
    there is none.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = {name: _rows(book.get_sheet_by_name(name)) for name in book.sheet_names}
        named = [name for name in sheets if name.strip().lower() == extract]
        found = named or [name for name, rows in sheets.items() if _has_header(rows, header)]
        if not found:
            raise FileFault(f"has no sheet {extract}, and no other with the columns of the contract")
        rows = sheets[found[0]]
        for (row, column), text in cells_without_value(path, found[0]).items():
            # They may stand beyond the last cell with a value.
            rows += [[] for _ in range(row + 1 - len(rows))]
            rows[row] += [""] * (column + 1 - len(rows[row]))
            rows[row][column] = text
    except (CalamineError, OSError, KeyError, StopIteration, zipfile.BadZipFile, ElementTree.ParseError):
        raise FileFault("is not a workbook that can be read") from None
    target = folder / "sheet.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        # Its line ends let the writer put quotes around a value with either half of them.
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerows([_text(cell) for cell in row] for row in rows if any(cell != "" for cell in row))
    others = ", ".join(printable(name) for name in found[1:])
    notes = (
        [f"has more than one sheet with the columns of the contract; not read: {others}"] if others else []
    )
    return target, notes


def _rows(sheet: CalamineSheet) -> list[list[Cell]]:
    """Return the rows of a sheet from its first cell, A1, on."""
    return sheet.to_python(skip_empty_area=False)


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
