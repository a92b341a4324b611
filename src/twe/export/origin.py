"""The sheets that say what the figures were made from: version, variables, code and delivered files."""

from collections.abc import Sequence
from typing import Any

from twe.export.dutch import day_text, list_text
from twe.export.sheets import Sheet, fixed_sheet, values_query
from twe.export.warehouse import Annex, BuildInfo
from twe.warehouse.origin import Publication

_BUNDLED = "de gebundelde demonstratiegegevens"
_CODE = {
    "project_version": "Versie van het project",
    "git_commit": "Commit",
    "is_changed": "Gewijzigd na de commit",
    "code_sha256": "SHA-256 van modellen en codelijsten",
    "tools": "Programma's",
}
_ANSWERS = {True: "ja", False: "neen"}


def origin_sheet(build: BuildInfo, annexes: Sequence[Annex], publication: Publication | None) -> Sheet:
    """Return a row per fact on the version, the variables and the code; unknown when it wasn't published."""
    query = values_query(_facts(build, annexes, publication))
    return fixed_sheet("origin", query, is_unpublished=publication is None)


def inputs_sheet(publication: Publication | None) -> Sheet:
    """Return a row per file that the build read; one row of markers when it wasn't published."""
    query = "select file, bytes, sha256 from quality.input_files order by file"
    return fixed_sheet(
        "inputs",
        query if publication else "select null, null, null",
        is_unpublished=publication is None,
    )


def _facts(
    build: BuildInfo, annexes: Sequence[Annex], publication: Publication | None
) -> list[tuple[str, str, str | None]]:
    number = moment = delivery = None
    if publication:
        number = f"versie {publication.version}"
        moment = f"{day_text(publication.published_at.date())} om {publication.published_at:%H:%M} (UTC)"
        delivery = publication.delivery or _BUNDLED
    code: dict[str, Any] = {text: getattr(publication, name, None) for name, text in _CODE.items()}
    years = [
        f"bijlage {annex.number}: {annex.first_year}"
        + (f"-{annex.last_year}" if annex.last_year > annex.first_year else "")
        for annex in annexes
    ]
    return [
        ("Versie", "Nummer", number),
        ("Versie", "Gepubliceerd", moment),
        ("Variabele", "Map van de levering (raw_path)", delivery),
        ("Variabele", "Toestand op (as_of)", day_text(build.as_of)),
        ("Variabele", "Gemeenten van (geography_date)", day_text(build.geography_date)),
        ("Variabele", "Gemeente volgens (municipality_of)", build.place_label),
        ("Variabele", "Meetdatum na het einde (measure_months)", build.measure_period),
        ("Variabele", "Venster na het einde (window_months)", build.window_period),
        ("Variabele", "Jaren (reporting_years)", list_text(years)),
        *(("Code", text, _ANSWERS.get(value, value)) for text, value in code.items()),
        *(("Controle", "Controle met een waarschuwing", name) for name in build.warned_tests),
    ]
