"""The first and last sheets: what the workbook is, where everything stands, and what its columns mean."""

from collections.abc import Sequence

from twe.export.dutch import day_text
from twe.export.editions import register_text, version_text
from twe.export.publisher import Publisher
from twe.export.sheets import Sheet, fixed_sheet, values_query, words
from twe.export.warehouse import Annex, BuildInfo
from twe.warehouse.origin import Publication

TITLE = "Trajecten tijdelijke werkervaring (TWE) bij OCMW's - stand van zaken"


def cover_rows(
    build: BuildInfo, annexes: Sequence[Annex], publication: Publication | None, publisher: Publisher
) -> list[tuple[str, str]]:
    """Return what the files are, whose, of which day and version, and whom to ask."""
    titles = "; ".join(f"{annex.number}. {annex.title}" for annex in annexes)
    what = "Bijlagen per gemeente en per jaar bij het antwoord op een vraag van het Vlaams Parlement"
    is_draft = build.protection is not None and build.protection.number is None
    published = "nog niet gepubliceerd"
    if publication and not is_draft:
        published = day_text(publication.published_at.date())
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
    return fixed_sheet("cover", values_query(cover_rows(build, annexes, publication, publisher)), title=title)


def contents_sheet(sheets: Sequence[Sheet]) -> Sheet:
    """Return the table of contents: a row with a link for each of `sheets`."""
    rows = [(sheet.name, sheet.title, sheet.row_meaning) for sheet in sheets]
    return fixed_sheet("contents", values_query(rows))


def columns_sheet(sheets: Sequence[Sheet]) -> Sheet:
    """Return a row for every column of the tables of `sheets`, in their order."""
    rows = [
        (
            sheet.name,
            column.header,
            column.meaning,
            column.unit or words("columns", column.kind.name.lower()),
            column.missing or words("columns", "no_symbol"),
        )
        for sheet in sheets
        for column in sheet.columns
    ]
    used = {column.missing for sheet in sheets for column in sheet.columns}
    symbols = [text for text in words("columns", "symbols").split(", ") if text.partition(" = ")[0] in used]
    return fixed_sheet("columns", values_query(rows), symbols=", ".join(symbols))
