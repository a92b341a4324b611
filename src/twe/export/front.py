"""The first sheet: what the workbook is, how far it reaches and where everything stands."""

from collections.abc import Mapping, Sequence

from twe.export.dutch import day_text, list_text
from twe.export.editions import confidential_text, protection_text, register_text, zero_text
from twe.export.publisher import GEOGRAPHY_CREDIT, Publisher
from twe.export.sheets import (
    CONTENTS,
    COVER,
    EXPLANATION,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    SYNTHETIC_LABEL,
    Column,
    Kind,
    Note,
    Sheet,
    Tone,
    front_notes,
    values_query,
)
from twe.export.warehouse import BuildInfo
from twe.warehouse.files import sql_text

TITLE = "Trajecten tijdelijke werkervaring (TWE) bij OCMW's - stand van zaken"

_UNAVAILABLE = (
    "schorsingen (ze kunnen technisch niet worden geregistreerd)",
    "het behaalde diploma (alleen of iemand kortgeschoold is, is bekend)",
)
_CLAIMS = "de aangevraagde loonsubsidies (niet geleverd; alleen de POD Maatschappelijke Integratie kent ze)"


def cover_sheet(
    build: BuildInfo, annexes: Sequence[int], sheet_names: Sequence[str], publisher: Publisher
) -> Sheet:
    """Return the cover: a row for each of the annexes with its question, answer, years, limits and sheets.

    `sheet_names` are those of the workbook, in their order.
    """
    # An annex without figures of municipalities has only its totals.
    first = {
        annex: next(name for name in (f"Bijlage {annex}", f"Totalen {annex}") if name in sheet_names)
        for annex in annexes
    }
    second = {
        annex: next((name for name in sheet_names if name.startswith(f"Bijlage {annex} ")), None)
        for annex in annexes
    }
    return Sheet(
        name=COVER,
        title=TITLE,
        notes=cover_notes(build, publisher),
        table_name="voorblad_bijlagen",
        row_meaning="bijlage",
        columns=(
            Column("Bijlage", Kind.LINK, meaning="Werkblad met de cijfers per gemeente."),
            Column("Vraag", Kind.PROSE, meaning="De gestelde vraag."),
            Column("Antwoord", Kind.PROSE, meaning="Wat de bijlage toont."),
            Column("Jaren", Kind.TEXT, meaning="Eerste en laatste jaar."),
            Column("Beperkingen", Kind.PROSE, meaning="Wat de cijfers niet zeggen."),
            Column("Totalen", Kind.LINK, meaning="Werkblad met Vlaanderen en de provincies."),
            Column("Meer detail", Kind.LINK, NOT_APPLICABLE, "Werkblad met een tweede tabel."),
        ),
        query=f"""
            select
                {_by_annex(first)},
                question_nl,
                answer_nl,
                if(first_year = last_year, first_year::varchar, first_year || '-' || last_year),
                limits_nl,
                'Totalen ' || annex,
                {_by_annex(second)}
            from marts.dim_annexes
            where annex in ({", ".join(map(str, annexes))})
            order by annex
        """,
    )


def _by_annex(names: Mapping[int, str | None]) -> str:
    """Return the SQL of the name of an annex, NULL for those without."""
    cases = " ".join(f"when {annex} then {sql_text(name)}" for annex, name in names.items() if name)
    return f"case annex {cases} end" if cases else "null"


def contents_sheet(sheets: Sequence[Sheet], is_synthetic: bool) -> Sheet:
    """Return the table of contents: a row with a link for each of `sheets`."""
    return Sheet(
        name=CONTENTS,
        title="Inhoud van deze werkmap",
        notes=front_notes(is_synthetic, "Eén tabel met een link naar elk werkblad."),
        table_name="inhoud_werkbladen",
        row_meaning="werkblad",
        columns=(
            Column("Werkblad", Kind.LINK, meaning="Link naar het werkblad."),
            Column("Wat er staat", Kind.PROSE, meaning="Titel van het werkblad.", prose_width=60),
            Column("Een rij per", Kind.TEXT, meaning="Wat één rij van de tabel voorstelt."),
        ),
        query=values_query([(sheet.name, sheet.title, sheet.row_meaning) for sheet in sheets]),
    )


def cover_notes(build: BuildInfo, publisher: Publisher) -> tuple[Note, ...]:
    """Return the lines above the annexes: day, municipalities, limits, protection."""
    unavailable = _UNAVAILABLE if build.are_claims_delivered else (_CLAIMS, *_UNAVAILABLE)
    return (
        *([Note(SYNTHETIC_LABEL, Tone.LOUD)] if build.is_synthetic else []),
        Note(
            f"Toestand op {day_text(build.as_of)}: wat tot en met die dag geregistreerd of geboekt is. "
            f"Versie: opbouw van {day_text(build.built_at.date())}, {build.built_at:%H:%M} (UTC)."
        ),
        Note(_municipalities_text(build)),
        Note(f"Niet beschikbaar, en dus nergens als 0 vermeld: {list_text(unavailable)}."),
        Note(
            f"Leeswijzer: {zero_text(build.protection)} {NOT_AVAILABLE} = niet beschikbaar; "
            f"{NOT_APPLICABLE} = niet van toepassing. "
            f"{confidential_text(build.protection) if build.protection else ''}"
        ),
        Note(f"Kleine aantallen: {protection_text(build.protection)}"),
        *([Note(register_text(build.protection))] if build.protection else []),
        Note(publisher.sentence),
        Note("Naar de inhoud", link=CONTENTS),
        Note("Naar de toelichting: begrippen, beperkingen en symbolen", link=EXPLANATION),
    )


def _municipalities_text(build: BuildInfo) -> str:
    text = f"Gemeenten: de {build.municipalities} Vlaamse gemeenten van {day_text(build.geography_date)}"
    if build.newer_municipalities:
        names = list_text(build.newer_municipalities)
        text += f", en met een nieuwere code, die niet terug te splitsen is: {names}"
    merged = "Oude codes van gefuseerde gemeenten tellen bij de nieuwe gemeente."
    return f"{text}. {merged} {build.place_rule} Bron: {GEOGRAPHY_CREDIT}."
