"""The first sheets: what the workbook is, and where everything stands."""

from collections.abc import Sequence

from twe.export.dutch import day_text
from twe.export.editions import register_text, version_text
from twe.export.publisher import Publisher
from twe.export.sheets import (
    CONTENTS,
    COVER,
    EXPLANATION,
    SUMMARY,
    Column,
    Kind,
    Note,
    Sheet,
    front_notes,
    values_query,
)
from twe.export.warehouse import Annex, BuildInfo
from twe.warehouse.origin import Publication

TITLE = "Trajecten tijdelijke werkervaring (TWE) bij OCMW's - stand van zaken"


def cover_rows(
    build: BuildInfo, annexes: Sequence[Annex], publication: Publication | None, publisher: Publisher
) -> list[tuple[str, str]]:
    """Return what the files are, whose, of which day and version, and whom to ask."""
    titles = "; ".join(f"{annex.number}. {annex.title}" for annex in annexes)
    what = "Bijlagen per gemeente en per jaar bij het antwoord op een vraag van het Vlaams Parlement"
    published = day_text(publication.published_at.date()) if publication else "nog niet gepubliceerd"
    kept = f"versie {publication.version} van het gegevensmagazijn, " if publication else ""
    built = f"{kept}opbouw van {day_text(build.built_at.date())}, {build.built_at:%H:%M} (UTC)"
    return [
        ("Wat", f"{what}: {titles}."),
        ("Uitgever", publisher.organisation_text),
        ("Toestand op", f"{day_text(build.as_of)}: wat tot en met die dag geregistreerd of geboekt is."),
        ("Publicatiedatum", published),
        ("Versie", f"{version_text(build.protection)}; {built}"),
        *([("Uitgave", register_text(build.protection))] if build.protection else []),
        ("Contact", publisher.contact_text),
        *([("Licentie", publisher.licence)] if publisher.licence else []),
    ]


def cover_sheet(
    title: str,
    build: BuildInfo,
    annexes: Sequence[Annex],
    publication: Publication | None,
    publisher: Publisher,
) -> Sheet:
    """Return the cover of a workbook about `annexes`."""
    return Sheet(
        name=COVER,
        title=title,
        notes=(
            Note("Naar de samenvatting: het antwoord op elke vraag", link=SUMMARY),
            Note("Naar de inhoud", link=CONTENTS),
            Note("Naar de toelichting: begrippen, beperkingen en symbolen", link=EXPLANATION),
        ),
        table_name="voorblad_gegevens",
        row_meaning="gegeven over deze werkmap",
        columns=(
            Column("Gegeven", Kind.TEXT, meaning="Waarover het gaat."),
            Column("Waarde", Kind.PROSE, meaning="Wat ervoor geldt.", prose_width=60),
        ),
        query=values_query(cover_rows(build, annexes, publication, publisher)),
    )


def contents_sheet(sheets: Sequence[Sheet]) -> Sheet:
    """Return the table of contents: a row with a link for each of `sheets`."""
    return Sheet(
        name=CONTENTS,
        title="Inhoud van deze werkmap",
        notes=front_notes("Eén tabel met een link naar elk werkblad."),
        table_name="inhoud_werkbladen",
        row_meaning="werkblad",
        columns=(
            Column("Werkblad", Kind.LINK, meaning="Link naar het werkblad."),
            Column("Wat er staat", Kind.PROSE, meaning="Titel van het werkblad.", prose_width=60),
            Column("Een rij per", Kind.TEXT, meaning="Wat één rij van de tabel voorstelt."),
        ),
        query=values_query([(sheet.name, sheet.title, sheet.row_meaning) for sheet in sheets]),
    )
