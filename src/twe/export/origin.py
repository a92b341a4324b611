"""The sheets that say what the figures were made from: version, variables, code and delivered files."""

from collections.abc import Sequence
from typing import Any

from twe.export.dutch import day_text, list_text
from twe.export.sheets import INPUTS, NOT_AVAILABLE, ORIGIN, Column, Kind, Sheet, front_notes, values_query
from twe.export.warehouse import Annex, BuildInfo
from twe.warehouse.origin import Publication

_UNPUBLISHED = (
    f"{NOT_AVAILABLE} = niet beschikbaar: deze cijfers komen uit een opbouw die niet gepubliceerd is."
)
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
    return Sheet(
        name=ORIGIN,
        title="Herkomst van de cijfers",
        notes=front_notes(
            "Met welke versie, variabelen en code het gegevensmagazijn is opgebouwd; "
            "het manifest van de versie zegt hetzelfde.",
            *([] if publication else [_UNPUBLISHED]),
        ),
        table_name="herkomst_cijfers",
        row_meaning="gegeven over de herkomst",
        columns=(
            Column("Onderdeel", Kind.TEXT, meaning="Versie, variabele, code of controle."),
            Column("Gegeven", Kind.PROSE, meaning="Waarover het gaat.", prose_width=40),
            Column("Waarde", Kind.PROSE, NOT_AVAILABLE, "Wat vastgesteld is.", prose_width=60),
        ),
        query=values_query(_facts(build, annexes, publication)),
    )


def inputs_sheet(build: BuildInfo, publication: Publication | None) -> Sheet:
    """Return a row per file that the build read; one row of markers when it wasn't published."""
    return Sheet(
        name=INPUTS,
        title="Invoerbestanden: de gelezen bestanden",
        notes=front_notes(
            "Elk bestand waaruit de cijfers komen. Wie een bestand bewaarde, kan met de grootte en de "
            "controlesom nagaan of het hetzelfde is.",
            *([] if publication else [_UNPUBLISHED]),
        ),
        table_name="invoerbestanden",
        row_meaning="gelezen bestand",
        columns=(
            Column("Bestand", Kind.PROSE, NOT_AVAILABLE, "Naam van het bestand.", prose_width=60),
            Column("Grootte (bytes)", Kind.COUNT, NOT_AVAILABLE, "Grootte van het bestand.", "bytes"),
            Column("SHA-256", Kind.PROSE, NOT_AVAILABLE, "Controlesom van de inhoud.", prose_width=60),
        ),
        query="select file, bytes, sha256 from quality.input_files order by file"
        if publication
        else "select null, null, null",
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
