"""The sheets that tell which figures changed since an earlier state; never which records are behind them."""

from collections.abc import Sequence

from twe.export.dutch import day_text
from twe.export.explanation import ALWAYS, OF_REVISIONS, references
from twe.export.places import municipality_columns
from twe.export.sheets import (
    CONTENTS,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    Column,
    Kind,
    Note,
    Sheet,
)
from twe.export.warehouse import Annex, BuildInfo
from twe.sql import statements

_NAME = "Herzieningen"

_TABLE_MEANING = "Bijlage of werkblad waarop het cijfer staat."
_MEASURE = Column("Cijfer", Kind.PROSE, meaning="Wat geteld of opgeteld is.", prose_width=28)
_DIMENSION = Column("Kenmerk", Kind.TEXT, meaning="Waarnaar de tabel ingedeeld is.")


def revision_sheets(annexes: Sequence[Annex], build: BuildInfo) -> list[Sheet]:
    """Return the changed counts, the changed amounts and a summary; nothing without an earlier state."""
    if build.previous_as_of is None:
        return []
    numbers = ", ".join(str(annex.number) for annex in annexes)
    return [
        _cells_sheet(build, numbers, "aantallen"),
        _cells_sheet(build, numbers, "euro"),
        _summary_sheet(build, numbers),
    ]


def _cells_sheet(build: BuildInfo, numbers: str, what: str) -> Sheet:
    """Return a row per changed figure; counts and amounts differ in unit, so that each has its sheet."""
    is_euro = what == "euro"
    kind, suffix = (Kind.EURO, " (EUR)") if is_euro else (Kind.COUNT, "")
    unit = "euro" if is_euro else "zoals het cijfer"
    old, new, difference = (
        f"{column}" if is_euro else f"cast({column} as bigint)"
        for column in ("old_value", "new_value", "difference")
    )
    return Sheet(
        name=f"{_NAME} euro" if is_euro else _NAME,
        title=f"Herzieningen: gewijzigde {'bedragen' if is_euro else 'aantallen'} sinds een vorige toestand",
        notes=_notes(
            build,
            "Elke rij is één gewijzigd cijfer van het genoemde werkblad. "
            f"{NOT_APPLICABLE} = niet van toepassing: dat werkblad heeft geen indeling.",
        ),
        table_name=f"herzieningen_{what}",
        row_meaning="gewijzigd cijfer",
        columns=(
            Column("Bijlage", Kind.TEXT, meaning=_TABLE_MEANING),
            Column("Jaar", Kind.YEAR, meaning="Jaar van het cijfer."),
            *municipality_columns(build),
            _MEASURE,
            _DIMENSION,
            Column("Categorie", Kind.TEXT, NOT_APPLICABLE, "Categorie van het kenmerk."),
            Column(f"Oud{suffix}", kind, NOT_AVAILABLE, "Waarde in de vorige toestand.", unit),
            Column(f"Nieuw{suffix}", kind, NOT_AVAILABLE, "Waarde in deze toestand.", unit),
            Column(f"Verschil{suffix}", kind, NOT_AVAILABLE, "Nieuw min oud.", unit),
            Column(
                "Registraties",
                Kind.COUNT,
                meaning="Registraties of boekingen die erbij kwamen, wegvielen of wijzigden.",
                unit="registraties",
            ),
        ),
        query=f"""
            with revisions as ({statements("export/revisions")})
            select table_nl, year, nis_code, municipality, province, measure_label, dimension_label,
                category_label, {old}, {new}, {difference}, records
            from revisions
            where annex in ({numbers}) and (unit_nl = 'euro') = {is_euro}
            order by annex, year, province, municipality, nis_code, sort_order, dimension_order, dimension,
                category_order, category
        """,
    )


def _summary_sheet(build: BuildInfo, numbers: str) -> Sheet:
    """Return how many figures changed and by how much in Flanders, where they may be added."""
    is_summed = "is_additive and count(difference) = count(*)"
    total = "sum(difference)"
    return Sheet(
        name=f"{_NAME} totalen",
        title="Herzieningen: samenvatting voor Vlaanderen",
        notes=_notes(
            build,
            f"{NOT_APPLICABLE} = niet van toepassing: een andere eenheid, of een verschil dat geen "
            "som of niet beschikbaar is.",
        ),
        table_name="herzieningen_totalen",
        row_meaning="werkblad, cijfer en kenmerk",
        columns=(
            Column("Bijlage", Kind.LINK, meaning=_TABLE_MEANING),
            _MEASURE,
            _DIMENSION,
            Column("Gewijzigd", Kind.COUNT, meaning="Aantal gewijzigde cijfers.", unit="cijfers"),
            Column(
                "Verschil in Vlaanderen",
                Kind.COUNT,
                NOT_APPLICABLE,
                "Som van de verschillen van alle gemeenten.",
                "zoals het cijfer",
            ),
            Column(
                "Verschil in Vlaanderen (EUR)",
                Kind.EURO,
                NOT_APPLICABLE,
                "Som van de verschillen van alle gemeenten.",
                "euro",
            ),
        ),
        query=f"""
            with revisions as ({statements("export/revisions")})
            select table_nl, measure_label, dimension_label, count(*),
                if(unit_nl <> 'euro' and {is_summed}, cast({total} as bigint), null),
                if(unit_nl = 'euro' and {is_summed}, {total}, null)
            from revisions
            where annex in ({numbers})
            group by annex, table_nl, sort_order, measure_label, dimension, dimension_label, unit_nl,
                is_additive
            order by annex, sort_order, min(dimension_order), dimension
        """,
    )


def _notes(build: BuildInfo, text: str) -> tuple[Note, ...]:
    assert build.previous_as_of is not None
    return (
        Note(
            f"Vorige toestand op {day_text(build.previous_as_of)}, deze toestand op {day_text(build.as_of)}; "
            f"gemeenten van {day_text(build.geography_date)} in beide."
        ),
        Note(text),
        Note(f"0 = geen. Begrippen en beperkingen: {references(*ALWAYS, *OF_REVISIONS)}."),
        Note(f"{NOT_AVAILABLE} = niet beschikbaar.", marker=NOT_AVAILABLE),
        Note("Terug naar de inhoud", link=CONTENTS),
    )
