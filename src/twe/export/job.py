"""One export: from a warehouse file to a folder of files."""

import tempfile
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import duckdb
from xlsxwriter.exceptions import XlsxFileError

from twe.changes import Changes
from twe.errors import ExportError, ProtectionError
from twe.export import figure_files
from twe.export.annexes import annex_sheets
from twe.export.answers import summary_sheet
from twe.export.changed import changes_sheet, changes_table, compare_with
from twe.export.data_package import FOLDER as CSV_FOLDER
from twe.export.data_package import package_tables, write_package
from twe.export.editions import Edition, labels, scope_text
from twe.export.explanation import explanation_sheet
from twe.export.front import TITLE, columns_sheet, contents_sheet, cover_sheet
from twe.export.in_place import put_in_place
from twe.export.open_document import convert, find_office
from twe.export.origin import inputs_sheet, origin_sheet
from twe.export.progress import Progress
from twe.export.publisher import UNNAMED, Publisher
from twe.export.quality import quality_sheet
from twe.export.revisions import revision_sheets
from twe.export.sheets import Sheet
from twe.export.warehouse import Annex, BuildInfo, Warehouse, open_warehouse
from twe.export.workbook import Book, Row, write_workbook
from twe.standards.catalogue import read_catalogue
from twe.warehouse.files import default_release

_KEYWORDS = "TWE, tijdelijke werkervaring, OCMW, loonsubsidie, uitstroom, transmissie, gemeente"


class Format(StrEnum):
    """What can be written."""

    XLSX = "xlsx"
    CSV = "csv"
    ODS = "ods"
    DUCKDB = "duckdb"


@dataclass(frozen=True)
class Order:
    """Which edition of `database` to write into folder `out`, which is made.

    A public edition reads nothing but `release`, which is made from `database` when it has to be.
    """

    database: Path
    out: Path
    edition: Edition = Edition.EXACT
    release: Path | None = None
    publisher: Publisher = UNNAMED
    previous: tuple[Path, ...] = ()
    """Earlier releases, or warehouses in the exact edition, oldest first, since which changes are listed."""


def export(order: Order, formats: Set[Format], progress: Progress, numbers: Sequence[int] = ()) -> list[Path]:
    """Write an edition from a passed warehouse, with `numbers` only these annexes, each in its workbook.

    Returns the paths of the files. Raises ExportError with one sentence when the warehouse is refused or a
    file can't be written; older files then stay as they were.
    """
    suffix = order.edition.suffix
    with open_edition(order) as warehouse:
        build = warehouse.build_info()
        changes = compare_with(warehouse, order.previous, build) if order.previous else None
        office = find_office() if Format.ODS in formats else None
        annexes = _wanted(warehouse, numbers)
        parts = {("bijlagen", TITLE): annexes}
        if numbers:
            parts = {
                (f"bijlage_{annex.number}", f"{TITLE} - bijlage {annex.number}: {annex.title}"): [annex]
                for annex in annexes
            }
        books = [
            _book(f"{name}{suffix}.xlsx", title, warehouse, build, order, of_book, changes)
            for (name, title), of_book in parts.items()
            if formats & {Format.XLSX, Format.ODS}
        ]
        tables = package_tables(warehouse, annexes, build) if formats & {Format.CSV, Format.DUCKDB} else []
        if tables and changes:
            tables.append(changes_table(changes, annexes))
        steps = {Format.CSV: len(tables) + 2, Format.ODS: 1, Format.DUCKDB: 1, Format.XLSX: 0}
        progress.expect(sum(len(book.sheets) + 1 for book in books) + sum(steps[form] for form in formats))
        try:
            order.out.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=order.out, prefix=".export_") as name:
                folder = Path(name)
                finished, backup, scratch = (folder / part for part in ("finished", "backup", "scratch"))
                # LibreOffice needs the workbooks also when nobody else does.
                workbooks = finished if Format.XLSX in formats else folder / "workbooks"
                for part in {finished, backup, scratch, workbooks}:
                    part.mkdir()
                for book in books:
                    _write_book(book, workbooks, scratch, warehouse, progress)
                if tables:
                    catalogue = read_catalogue(warehouse, annexes, tables, build, order.publisher)
                if Format.CSV in formats:
                    csv_folder = finished / f"{CSV_FOLDER}{suffix}"
                    csv_folder.mkdir()
                    write_package(csv_folder, catalogue, warehouse, progress.step)
                if Format.DUCKDB in formats:
                    file_name = f"{figure_files.DATABASE}{suffix}.duckdb"
                    progress.step(file_name)
                    parquet = scratch / figure_files.FILE
                    table = figure_files.write_parquet(catalogue, warehouse, parquet)
                    figure_files.write_database(table, parquet, finished / file_name)
                if office:
                    progress.step("ods")
                    convert(office, [workbooks / book.file_name for book in books], finished)
                return put_in_place(finished, order.out, backup)
        except (OSError, XlsxFileError) as problem:
            reason = getattr(problem, "strerror", None) or problem
            raise ExportError(f"The files in {order.out} can't be written: {reason}.") from problem


@contextmanager
def open_edition(order: Order) -> Iterator[Warehouse]:
    """Open what an edition may read: the warehouse, or its release, which is made when it has to be.

    ExportError with one sentence when either is refused.
    """
    # Refuses what isn't a passed build before anything is made from it.
    with open_warehouse(order.database) as warehouse:
        if order.edition is Edition.EXACT:
            yield warehouse
            return
    ready = order.release or default_release(order.database)
    _make_release(order.database, ready)
    with open_warehouse(ready, is_release=True) as warehouse:
        yield warehouse


def _make_release(database: Path, release: Path) -> None:
    """Make the release of the present build: by its own rules, or the default ones."""
    # Solver and arrays take a while to load: only public editions need them.
    from twe.protection.job import options_for, protect
    from twe.protection.release_file import is_of_build

    try:
        if not release.exists() or not is_of_build(release, database):
            protect(options_for(database, release))
    except ProtectionError as refusal:
        raise ExportError(str(refusal)) from refusal
    except duckdb.Error as problem:
        raise ExportError(f"The release {release} can't be read or written.") from problem


def _wanted(warehouse: Warehouse, numbers: Sequence[int]) -> list[Annex]:
    every = {annex.number: annex for annex in warehouse.annexes()}
    for number in numbers:
        if number not in every:
            known = ", ".join(map(str, every))
            raise ExportError(f"There is no annex {number}; the annexes are {known}.")
    return [every[number] for number in numbers or every]


def _book(
    file_name: str,
    title: str,
    warehouse: Warehouse,
    build: BuildInfo,
    order: Order,
    annexes: Sequence[Annex],
    changes: Changes | None,
) -> Book:
    publisher = order.publisher
    return Book(
        file_name=file_name,
        sheets=_sheets(warehouse, build, annexes, title, publisher, changes),
        properties={
            "title": title,
            "subject": "Bijlagen per gemeente en per jaar",
            "author": publisher.organisation_text,
            "company": publisher.organisation_text,
            "keywords": _KEYWORDS,
            "comments": " ".join([*(f"{text}." for text in labels(build)), scope_text(build)]),
            # Of the figures, not of the file: equal data give equal bytes.
            "created": _midnight(build.as_of),
        },
        custom_properties={
            "Toestand op": _midnight(build.as_of),
            "Gemeenten van": _midnight(build.geography_date),
            "Versie": f"{build.built_at:%Y-%m-%d %H:%M} UTC",
        },
        labels=labels(build),
    )


def _sheets(
    warehouse: Warehouse,
    build: BuildInfo,
    annexes: Sequence[Annex],
    title: str,
    publisher: Publisher,
    changes: Changes | None,
) -> tuple[Sheet, ...]:
    of_annexes = [*annex_sheets(annexes, build, warehouse.outline()), *revision_sheets(annexes, build)]
    of_annexes += [changes_sheet(changes, annexes)] if changes else []
    publication = warehouse.publication()
    of_build = [
        quality_sheet(build),
        origin_sheet(build, warehouse.annexes(), publication),
        # A public edition does not name the delivered files.
        *([] if build.protection else [inputs_sheet(publication)]),
    ]
    described = [sheet for sheet in (*of_annexes, *of_build) if not sheet.charts]
    summary = summary_sheet(warehouse, build, annexes)
    listed = (
        explanation_sheet(build, annexes),
        *of_annexes,
        *of_build,
        columns_sheet(described),
    )
    return (
        cover_sheet(title, build, annexes, publication, publisher),
        *([summary] if summary else []),
        contents_sheet(listed),
        *listed,
    )


def _write_book(book: Book, target: Path, scratch: Path, warehouse: Warehouse, progress: Progress) -> None:
    def read(sheet: Sheet) -> list[Row]:
        progress.step(f"{book.file_name}: {sheet.name}")
        return warehouse.rows(sheet.query)

    written = scratch / book.file_name
    write_workbook(written, book, read)
    progress.step(book.file_name)
    written.replace(target / book.file_name)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
