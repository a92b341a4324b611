"""Whose municipality a row stands for, and what else a reader must know before comparing two workbooks."""

from twe.export.dutch import day_text
from twe.export.sheets import Column, Kind
from twe.export.warehouse import BuildInfo


def municipality_columns(build: BuildInfo) -> tuple[Column, Column, Column]:
    """Return the columns with the code, the name and the province of the municipality of a row."""
    return (
        Column("NIS-code", Kind.CODE, meaning=f"NIS-code van de {build.place}, vijf cijfers als tekst."),
        Column("Gemeente", Kind.TEXT, meaning=f"{build.place[0].upper()}{build.place[1:]}, na fusies."),
        Column("Provincie", Kind.TEXT, meaning="Provincie van die gemeente."),
    )


def scope_text(build: BuildInfo) -> str:
    """Return one sentence with the day, the municipalities and the moment of measuring."""
    return (
        f"Toestand op {day_text(build.as_of)}; gemeenten van {day_text(build.geography_date)}; "
        f"rijen volgens de {build.place}; meetdatum {build.measure_period} na het einde van een traject."
    )
