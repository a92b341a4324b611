"""The marts for machines: tidy CSV files and a Frictionless data package that describes them.

Values are those of the marts, unaltered. A text that spreadsheets would run as a formula is refused rather
than disguised: texts come from code lists and NIS codes are digits, so such a text is a fault of a list, and
a quote or an apostrophe put before it would make the file differ from the mart.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from twe.errors import ExportError
from twe.export import figure_files
from twe.export.answers import answers_table
from twe.export.dutch import day_text, list_text
from twe.export.editions import labels, protection_text, release_place, scope_text, zero_text
from twe.export.public_package import public_tables
from twe.export.publisher import GEOGRAPHY_CREDIT
from twe.export.tables import CODES, Table, codes_table
from twe.export.warehouse import Annex, BuildInfo, Field, Layout, SheetOutline, Warehouse
from twe.sql import statements
from twe.standards import csvw, dcat, json_stat, sdmx
from twe.standards.catalogue import TITLE, Catalogue
from twe.warehouse.files import sql_text, write_json

FOLDER = "csv"
DESCRIPTOR = "datapackage.json"
READ_ME = "leesmij.txt"

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENCE_TO_FILL_IN = {"name": "in-te-vullen", "title": "Licentie: in te vullen"}
_REVISIONS = "annex_revisions"
# Keys of records stay in the database.
_KEYS_OF_RECORDS = ("records_added", "records_removed", "records_changed")
_FORMULA_START = r"^[=+\-@\t\r]"
_CODES_FIELDS = (
    Field("mart", "VARCHAR", "Resource that holds the code.", True),
    Field("field", "VARCHAR", "Field of that resource.", True),
    Field("code_group", "VARCHAR", "Dimension or outcome group of the code, or else the field itself.", True),
    Field("group_label_nl", "VARCHAR", "Dutch label of the group.", True),
    Field("code", "VARCHAR", "Code as in the field.", True),
    Field("label_nl", "VARCHAR", "Dutch label of the code.", True),
)


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
    codes = codes_table(_CODES_FIELDS, ("mart", "field", "code_group", "code"), query)
    return [answers, *tables, *([codes] if warehouse.rows(codes.query) else [])]


def _told(annex: Annex, sheet: SheetOutline) -> tuple[str, str]:
    """Return the title of a sheet's mart, and what its annex says of it."""
    if sheet.layout is Layout.EXPECTED:  # a mart of several annexes, named by one
        return sheet.title[:1].upper() + sheet.title[1:], ""
    title = f"Bijlage {annex.number}: {annex.title}{f', {sheet.title}' if sheet.title else ''}"
    return title, f"{annex.answer} {annex.limits}\n\n"


def _revisions(warehouse: Warehouse, annexes: Sequence[Annex], previous_as_of: date) -> Table:
    numbers = ", ".join(str(annex.number) for annex in annexes)
    return Table(
        name=_REVISIONS,
        title=f"Herzieningen: cijfers die verschillen van de toestand op {day_text(previous_as_of)}",
        description=warehouse.comment(_REVISIONS),
        fields=tuple(field for field in warehouse.fields(_REVISIONS) if field.name not in _KEYS_OF_RECORDS),
        key=warehouse.primary_key(_REVISIONS),
        relation=f"(select * from marts.{_REVISIONS} where annex in ({numbers}))",
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
        resources.append(_resource(table, path))
    write_json(folder / DESCRIPTOR, _package(catalogue, resources))
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


def _package(catalogue: Catalogue, resources: list[dict[str, Any]]) -> dict[str, Any]:
    build, publisher = catalogue.build, catalogue.publisher
    return {
        "$schema": _PROFILE,
        "name": "twe-ocmw-bijlagen",
        "id": catalogue.identifier,
        "version": catalogue.version,
        "title": TITLE,
        "description": catalogue.description,
        "created": catalogue.created,
        "languages": ["nl-BE", "en"],
        "as_of": build.as_of.isoformat(),
        "geography_date": build.geography_date.isoformat(),
        "is_synthetic": build.is_synthetic,
        **({"release": release_place(build.protection)} if build.protection else {}),
        "licenses": [_licence(publisher.licence)],
        "contributors": [{"title": publisher.organisation_text, "roles": ["publisher"]}],
        "sources": [{"title": title} for title in catalogue.sources],
        "resources": resources,
    }


def _licence(text: str) -> dict[str, str]:
    """Return a licence with its address, or with a name made from its title: a package must have either."""
    if not text:
        return _LICENCE_TO_FILL_IN
    is_address = text.startswith(("http://", "https://"))
    found = {"path": text} if is_address else {"name": re.sub(r"[^a-z0-9.]+", "-", text.lower())}
    return found | {"title": text}


def _resource(table: Table, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "description": table.description,
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        "schema": {
            "fields": [_field(field) for field in table.fields],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }


def _field(field: Field) -> dict[str, Any]:
    constraints: dict[str, object] = {"required": True} if field.is_required else {}
    if field.name == "nis_code":
        constraints["pattern"] = "[0-9]{5}"
    described = {"name": field.name, "type": field.kind("number"), "description": field.description}
    return described | ({"constraints": constraints} if constraints else {})


def _read_me(catalogue: Catalogue) -> str:
    tables, build = catalogue.tables, catalogue.build
    files = "\n".join(f"  {table.name}.csv\n      {table.title}" for table in tables)
    hints = "\n".join(f"  - {hint}" for hint in _hints(tables, build))
    label = "".join(f"{text}\n\n" for text in labels(build))
    return f"""{label}{TITLE}: de bijlagen als CSV

{scope_text(build)}

Bestanden

{files}
  {DESCRIPTOR}
      Beschrijving voor machines (Frictionless Data Package): elke kolom, haar type, de sleutel,
      de grootte en de controlesom van elk bestand.
  {csvw.FILE}
      Dezelfde kolommen als CSV on the Web, met de URI van elke gemeente.
  {json_stat.FILE.format("N")}
      De cijfers van bijlage N als JSON-stat 2.0.
  {sdmx.FILE} en {sdmx.STRUCTURE}
      Alle cijfers als SDMX-CSV 2.0, met hun structuur (SDMX 3.0).
  {figure_files.FILE}
      Alle cijfers met hun Nederlandse benaming als Parquet.
  {dcat.FILE}
      Beschrijving voor een open-datacatalogus (DCAT-AP).

Hoe te lezen

{hints}

Bron van gemeenten en fusies: {GEOGRAPHY_CREDIT}.
{catalogue.publisher.sentence}
"""


def _hints(tables: Sequence[Table], build: BuildInfo) -> list[str]:
    names = {table.name for table in tables}
    sparse = [f"{table.name}.csv" for table in tables if table.is_sparse]
    return [
        "UTF-8 zonder BOM, komma tussen de velden, punt als decimaalteken. Open in Excel met\n"
        "    Gegevens > Uit tekst/CSV en kies daar UTF-8, en voor de NIS-code het type Tekst.",
        "Een NIS-code is tekst van vijf cijfers, geen getal.",
        f"Een leeg veld = niet beschikbaar of weggelaten. {zero_text(build.protection)}",
        *(
            [f"In {list_text(sparse)} staat alleen wat voorkomt:\n    waar geen rij is, zijn er 0 trajecten."]
            if sparse
            else []
        ),
        *([f"De benaming van de codes staat in {CODES}.csv."] if CODES in names else []),
        "clients telt verschillende personen: tel het niet op over jaren, gemeenten of categorieën.",
        protection_text(build.protection),
    ]
