"""The sheet that says what every column of the figures means."""

from collections.abc import Sequence

from twe.export.sheets import (
    COLUMNS,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    Column,
    Kind,
    Sheet,
    front_notes,
    values_query,
)

_UNITS = {
    Kind.TEXT: "tekst",
    Kind.PROSE: "tekst",
    Kind.LINK: "tekst",
    Kind.CODE: "code",
    Kind.YEAR: "jaar",
    Kind.NUMBER: "zie kolom Eenheid",
}


def columns_sheet(sheets: Sequence[Sheet]) -> Sheet:
    """Return a row for every column of the tables of `sheets`, in their order."""
    return Sheet(
        name=COLUMNS,
        title="Kolommen: betekenis, eenheid en symbolen",
        notes=front_notes(
            f"Symbolen: {NOT_AVAILABLE} = niet beschikbaar; {NOT_APPLICABLE} = niet van toepassing; "
            "geen = in deze kolom staat altijd een waarde.",
            "Uit welke aangeleverde kolommen een cijfer komt, en volgens welke regels: "
            "pagina figures.html van de documentatie.",
        ),
        table_name="kolommen_van_tabellen",
        row_meaning="werkblad en kolom",
        columns=(
            Column("Werkblad", Kind.TEXT, meaning="Werkblad waarop de kolom staat."),
            Column("Kolom", Kind.PROSE, meaning="Kop van de kolom."),
            Column("Betekenis", Kind.PROSE, meaning="Wat de waarde voorstelt.", prose_width=60),
            Column("Eenheid", Kind.TEXT, meaning="Waarin geteld of gemeten is."),
            Column("Symbolen", Kind.TEXT, meaning="Symbool dat een waarde kan vervangen."),
        ),
        query=values_query(
            [
                (
                    sheet.name,
                    column.header,
                    column.meaning,
                    column.unit or _UNITS[column.kind],
                    column.missing or "geen",
                )
                for sheet in sheets
                for column in sheet.columns
            ]
        ),
    )
