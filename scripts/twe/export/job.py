"""One export: from a warehouse file to a workbook file."""

import os
import tempfile
from pathlib import Path

from xlsxwriter.exceptions import XlsxFileError

from twe.export.annexes import annex_sheets
from twe.export.dictionary import columns_sheet
from twe.export.dutch import day_text
from twe.export.errors import ExportError
from twe.export.explanation import explanation_sheet
from twe.export.front import TITLE, contents_sheet, cover_sheet
from twe.export.quality import quality_sheet
from twe.export.sheets import SYNTHETIC_LABEL, Sheet
from twe.export.warehouse import Facts, Warehouse, open_warehouse
from twe.export.workbook import Properties, write_workbook


def export(database: Path, out: Path) -> None:
    """Write the workbook of a passed warehouse to `out`, whose folder is made.

    Raises ExportError with one sentence when the warehouse is refused or the file can't be written; an
    older workbook then stays as it was.
    """
    with open_warehouse(database) as warehouse:
        facts = warehouse.facts()
        sheets = _sheets(warehouse, facts)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export_") as folder:
                finished = Path(folder) / out.name
                write_workbook(finished, sheets, _properties(facts), warehouse.rows)
                os.replace(finished, out)
        except (OSError, XlsxFileError) as problem:
            reason = getattr(problem, "strerror", None) or problem
            raise ExportError(f"The workbook {out} can't be written: {reason}.") from problem


def _sheets(warehouse: Warehouse, facts: Facts) -> list[Sheet]:
    annexes = annex_sheets(warehouse.annexes(), facts, warehouse.labels())
    quality = quality_sheet(facts)
    described = [sheet for sheet in (*annexes, quality) if not sheet.charts]
    columns = columns_sheet(described, facts.is_synthetic)
    listed = [explanation_sheet(facts), *annexes, quality, columns]
    return [cover_sheet(facts), contents_sheet(listed, facts.is_synthetic), *listed]


def _properties(facts: Facts) -> Properties:
    label = f"{SYNTHETIC_LABEL}. " if facts.is_synthetic else ""
    return Properties(
        title=TITLE,
        subject="Zes bijlagen per gemeente en per jaar",
        keywords="TWE, tijdelijke werkervaring, OCMW, loonsubsidie, uitstroom, transmissie, gemeente",
        organisation="Organisatie in te vullen",
        comments=f"{label}Stand per {day_text(facts.as_of)}; gemeenten van {day_text(facts.geography_date)}.",
        as_of=facts.as_of,
        geography_date=facts.geography_date,
        version=f"{facts.built_at:%Y-%m-%d %H:%M} UTC",
        is_synthetic=facts.is_synthetic,
    )
