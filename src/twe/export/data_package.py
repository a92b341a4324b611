"""The marts for machines: tidy CSV files and a Frictionless data package that describes them.

Values are those of the marts, unaltered. A text that spreadsheets would run as a formula is refused rather
than disguised: texts come from code lists and NIS codes are digits, so such a text is a fault of a list, and
a quote or an apostrophe put before it would make the file differ from the mart.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from twe.errors import ExportError
from twe.export import figure_files
from twe.export.answers import answers_table
from twe.export.dutch import day_text, list_text
from twe.export.editions import labels, protection_text, release_place, scope_text, zero_text
from twe.export.public_package import public_tables
from twe.export.publisher import GEOGRAPHY_CREDIT
from twe.export.tables import CODES, Table, codes_table
from twe.export.warehouse import Annex, BuildInfo, Layout, SheetOutline, Warehouse, of_annexes
from twe.sql import statements
from twe.standards import csvw, dcat, json_stat, sdmx
from twe.standards.catalogue import Catalogue
from twe.standards.templates import document, text
from twe.warehouse.files import sha256, sql_text, write_json

FOLDER = "csv"
DESCRIPTOR = "datapackage.json"
READ_ME = "leesmij.txt"

_REVISIONS = "annex_revisions"
# Keys of records stay in the database.
_KEYS_OF_RECORDS = ("records_added", "records_removed", "records_changed")
_FORMULA_START = r"^[=+\-@\t\r]"


def package_tables(warehouse: Warehouse, annexes: Sequence[Annex], build: BuildInfo) -> list[Table]:
    """Return the tables of the annexes, their revisions, and the code list when one of them holds codes."""
    answers = answers_table(annexes, build)
    if build.protection:
        return [answers, *public_tables(annexes, build, build.protection)]
    outline = warehouse.outline()
    tables = [
        Table(
            name=sheet.mart,
            title=title,
            description=f"{about}{warehouse.comment(sheet.mart)}",
            sources=annex.sources,
            fields=warehouse.fields(sheet.mart),
            key=warehouse.primary_key(sheet.mart),
            relation=f"marts.{sheet.mart}",
            is_sparse=sheet.layout is Layout.OCCURRING,
        )
        for annex in annexes
        for sheet in outline.sheets_of(annex.number)
        for title, about in [_told(annex, sheet)]
        if sheet.mart
    ]
    if build.previous_as_of:
        tables.append(_revisions(warehouse, annexes, build.previous_as_of))
    names = ", ".join(sql_text(table.name) for table in tables)
    query = f"select * from ({statements('export/codes')}) where mart in ({names})"
    codes = codes_table("codes", ("mart", "field", "code_group", "code"), query)
    return [answers, *tables, *([codes] if warehouse.rows(codes.query) else [])]


def _told(annex: Annex, sheet: SheetOutline) -> tuple[str, str]:
    """Return the title of a sheet's mart, and what its annex says of it."""
    if sheet.layout is Layout.EXPECTED:  # a mart of several annexes, named by one
        return sheet.title[:1].upper() + sheet.title[1:], ""
    title = f"Bijlage {annex.number}: {annex.title}{f', {sheet.title}' if sheet.title else ''}"
    return title, f"{annex.answer} {annex.limits}\n\n"


def _revisions(warehouse: Warehouse, annexes: Sequence[Annex], previous_as_of: date) -> Table:
    return Table(
        name=_REVISIONS,
        title=f"Herzieningen: cijfers die verschillen van de toestand op {day_text(previous_as_of)}",
        description=warehouse.comment(_REVISIONS),
        fields=tuple(field for field in warehouse.fields(_REVISIONS) if field.name not in _KEYS_OF_RECORDS),
        key=warehouse.primary_key(_REVISIONS),
        relation=f"(from marts.{_REVISIONS} where {of_annexes(annexes)})",
    )


def write_package(
    folder: Path, catalogue: Catalogue, warehouse: Warehouse, step: Callable[[str], None]
) -> None:
    """Write the CSV files, `datapackage.json`, `leesmij.txt` and the other standards into `folder`.

    DuckDB streams every table to its file: memory doesn't grow with the rows beyond DuckDB's own sort, which
    spills to disk. Raises ExportError for a text that spreadsheets would run.
    """
    resources = []
    for table in catalogue.tables:
        step(f"{table.name}.csv")
        _refuse_formulas(table, warehouse)
        path = folder / f"{table.name}.csv"
        warehouse.copy_to_csv(table.query, path)
        resources.append((table, path.stat().st_size, sha256(path)))
    protection, licence = catalogue.build.protection, catalogue.publisher.licence
    package = document(
        DESCRIPTOR,
        catalogue,
        resources=resources,
        place=protection and release_place(protection),
        # A package must have the address of a licence or a name, here made from its title.
        licence_name=re.sub(r"[^a-z0-9.]+", "-", licence.lower()),
    )
    write_json(folder / DESCRIPTOR, package)
    (folder / READ_ME).write_text(_read_me(catalogue), encoding="utf-8")
    step(figure_files.FILE)
    figure_files.write_parquet(catalogue, warehouse, folder / figure_files.FILE)
    step(sdmx.FILE)
    csvw.write(catalogue, folder)
    json_stat.write(catalogue, warehouse, folder)
    sdmx.write(catalogue, warehouse, folder)
    dcat.write(catalogue, folder)


def _refuse_formulas(table: Table, warehouse: Warehouse) -> None:
    names = [field.name for field in table.fields if field.type == "VARCHAR"]
    found = ", ".join(f"bool_or(regexp_matches(\"{name}\", '{_FORMULA_START}'))" for name in names)
    ((*begins,),) = warehouse.rows(f"select {found or 'count(*)'} from {table.relation}")
    for name, is_formula in zip(names, begins, strict=False):
        if is_formula:
            raise ExportError(
                f"A text in column {name} of {table.name} begins like a formula (= + - @ tab return); "
                "correct the code list it comes from, then build and export again."
            )


def _read_me(catalogue: Catalogue) -> str:
    tables, build = catalogue.tables, catalogue.build
    sparse = [f"{table.name}.csv" for table in tables if table.is_sparse]
    return text(
        READ_ME,
        catalogue,
        labels=labels(build),
        scope=scope_text(build),
        zero=zero_text(build.protection),
        sparse=list_text(sparse) if sparse else "",
        has_codes=any(table.name == CODES for table in tables),
        protection=protection_text(build.protection),
        credit=GEOGRAPHY_CREDIT,
    )
