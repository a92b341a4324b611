"""The words of the page beside its figures: labels, notes, limits and where everything came from."""

from collections.abc import Collection
from dataclasses import dataclass

from twe.export.dutch import number_text
from twe.export.editions import confidential_text, protection_text, zero_text
from twe.export.explanation import explanation_sheet
from twe.export.front import cover_rows
from twe.export.origin import origin_sheet
from twe.export.publisher import Publisher
from twe.export.quality import quality_sheet
from twe.export.sheets import CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE, Column, Kind, Sheet
from twe.export.warehouse import BuildInfo, Warehouse


@dataclass(frozen=True)
class TextTable:
    """A table of words and counts, as the workbook has it; cells are texts, empty ones their marker."""

    title: str
    notes: tuple[str, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Texts:
    """What the page says beside its figures: what it is, how to read it, and the tables about it."""

    about: tuple[str, ...]
    reading: tuple[str, ...]
    notes: TextTable
    quality: TextTable
    origin: TextTable


def read_texts(
    warehouse: Warehouse, build: BuildInfo, publisher: Publisher, markers: Collection[str]
) -> Texts:
    """Return the texts of an edition whose tables have these markers.

    ExportError when the release or warehouse can't be read.
    """
    annexes = warehouse.annexes()
    publication = warehouse.publication()
    is_confidential = build.protection is not None and CONFIDENTIAL in markers
    confidential = [confidential_text(build.protection)] if build.protection and is_confidential else []
    return Texts(
        about=tuple(f"{name}: {value}" for name, value in cover_rows(build, annexes, publication, publisher)),
        reading=(
            zero_text(build.protection),
            *confidential,
            f"{NOT_AVAILABLE} = niet beschikbaar: niemand leverde het cijfer; dat is iets anders dan 0.",
            f"{NOT_APPLICABLE} = niet van toepassing: het cijfer kan hier niet bestaan.",
            protection_text(build.protection),
        ),
        notes=text_table(warehouse, explanation_sheet(build, annexes, is_confidential=is_confidential)),
        quality=text_table(warehouse, quality_sheet(build)),
        origin=text_table(warehouse, origin_sheet(build, annexes, publication)),
    )


def text_table(warehouse: Warehouse, sheet: Sheet) -> TextTable:
    """Return a sheet of the workbook as texts; ExportError when its figures can't be read."""
    return TextTable(
        sheet.title,
        tuple(note.text for note in sheet.notes if note.link is None),
        tuple(column.header for column in sheet.columns),
        tuple(
            tuple(_cell_text(value, column) for column, value in zip(sheet.columns, row, strict=True))
            for row in warehouse.rows(sheet.query)
        ),
    )


def _cell_text(value: object, column: Column) -> str:
    if value is None:
        return column.missing or ""
    return number_text(value) if isinstance(value, int) and column.kind is not Kind.YEAR else str(value)
