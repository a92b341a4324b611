"""One export: from a warehouse file to a folder of files."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from xlsxwriter.exceptions import XlsxFileError

from twe.export.annexes import annex_sheets
from twe.export.dictionary import columns_sheet
from twe.export.dutch import day_text
from twe.export.errors import ExportError
from twe.export.explanation import explanation_sheet
from twe.export.front import TITLE, contents_sheet, cover_sheet
from twe.export.progress import Progress
from twe.export.publish import put_in_place
from twe.export.quality import quality_sheet
from twe.export.sheets import SYNTHETIC_LABEL, Sheet
from twe.export.warehouse import Annex, Facts, Warehouse, open_warehouse
from twe.export.workbook import Properties, write_workbook

COMBINED = "bijlagen.xlsx"


class Format(StrEnum):
    """What can be written."""

    XLSX = "xlsx"


@dataclass(frozen=True)
class Order:
    """What to export: with `annexes` a workbook for each of these, without one for all."""

    database: Path
    out: Path
    formats: frozenset[Format]
    annexes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Book:
    """A workbook to be written."""

    file_name: str
    sheets: tuple[Sheet, ...]
    properties: Properties


def export(order: Order, progress: Progress) -> list[Path]:
    """Write what is ordered from a passed warehouse into the folder `order.out`, which is made.

    Returns the paths of the files. Raises ExportError with one sentence when the warehouse is refused or a
    file can't be written; older files then stay as they were.
    """
    with open_warehouse(order.database) as warehouse:
        facts = warehouse.facts()
        books = _books(warehouse, facts, order.annexes)
        progress.expect(sum(len(book.sheets) + 1 for book in books))
        try:
            order.out.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=order.out, prefix=".export_") as name:
                folder = Path(name)
                finished, backup, scratch = (folder / part for part in ("finished", "backup", "scratch"))
                for part in (finished, backup, scratch):
                    part.mkdir()
                for book in books:
                    _write_book(book, finished, scratch, warehouse, progress)
                return put_in_place(finished, order.out, backup)
        except (OSError, XlsxFileError) as problem:
            reason = getattr(problem, "strerror", None) or problem
            raise ExportError(f"The files in {order.out} can't be written: {reason}.") from problem


def _books(warehouse: Warehouse, facts: Facts, numbers: tuple[int, ...]) -> list[Book]:
    annexes = warehouse.annexes()
    if not numbers:
        return [Book(COMBINED, _sheets(warehouse, facts, annexes), _properties(facts, TITLE))]
    return [
        Book(
            f"bijlage_{annex.number}.xlsx",
            _sheets(warehouse, facts, [annex]),
            _properties(facts, f"{TITLE} - bijlage {annex.number}: {annex.title}"),
        )
        for annex in annexes
        if annex.number in numbers
    ]


def _sheets(warehouse: Warehouse, facts: Facts, annexes: Sequence[Annex]) -> tuple[Sheet, ...]:
    of_annexes = annex_sheets(annexes, facts, warehouse.labels())
    quality = quality_sheet(facts)
    described = [sheet for sheet in (*of_annexes, quality) if not sheet.charts]
    listed = (explanation_sheet(facts), *of_annexes, quality, columns_sheet(described, facts.is_synthetic))
    cover = cover_sheet(facts, [annex.number for annex in annexes])
    return (cover, contents_sheet(listed, facts.is_synthetic), *listed)


def _write_book(book: Book, finished: Path, scratch: Path, warehouse: Warehouse, progress: Progress) -> None:
    names = {sheet.query: sheet.name for sheet in book.sheets}

    def read(query: str) -> list[tuple]:
        if query in names:
            progress.step(f"{book.file_name}: {names[query]}")
        return warehouse.rows(query)

    written = scratch / book.file_name
    write_workbook(written, book.sheets, book.properties, read)
    progress.step(book.file_name)
    written.replace(finished / book.file_name)


def _properties(facts: Facts, title: str) -> Properties:
    label = f"{SYNTHETIC_LABEL}. " if facts.is_synthetic else ""
    return Properties(
        title=title,
        subject="Bijlagen per gemeente en per jaar",
        keywords="TWE, tijdelijke werkervaring, OCMW, loonsubsidie, uitstroom, transmissie, gemeente",
        organisation="Organisatie in te vullen",
        comments=f"{label}Stand per {day_text(facts.as_of)}; gemeenten van {day_text(facts.geography_date)}.",
        as_of=facts.as_of,
        geography_date=facts.geography_date,
        version=f"{facts.built_at:%Y-%m-%d %H:%M} UTC",
        is_synthetic=facts.is_synthetic,
    )
