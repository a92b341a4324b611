"""Whose municipality a row stands for, and what else a reader must know before comparing two workbooks."""

from twe.export.dutch import day_text
from twe.export.sheets import Column, Kind
from twe.export.warehouse import Facts


def municipality_columns(facts: Facts) -> tuple[Column, Column, Column]:
    """Return the columns with the code, the name and the province of the municipality of a row."""
    return (
        Column("NIS-code", Kind.CODE, meaning=f"NIS-code van de {facts.place}, vijf cijfers als tekst."),
        Column("Gemeente", Kind.TEXT, meaning=f"{facts.place[0].upper()}{facts.place[1:]}, na fusies."),
        Column("Provincie", Kind.TEXT, meaning="Provincie van die gemeente."),
    )


def scope_text(facts: Facts) -> str:
    """Return one sentence with the day, the municipalities and the moment of measuring."""
    return (
        f"Stand per {day_text(facts.as_of)}; gemeenten van {day_text(facts.geography_date)}; "
        f"rijen volgens de {facts.place}; meetdatum {facts.measure_period} na het einde van een traject."
    )
