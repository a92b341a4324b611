"""What a release carries over from its warehouse, so that a public edition needs no other file."""

import duckdb

from twe.sql import statements
from twe.warehouse.files import has_table

_WHOLE = (
    "marts.dim_parameters",
    "marts.dim_annexes",
    "marts.dim_reporting_years",
    "marts.dim_municipalities",
    "marts.areas",
    "marts.inhabitants",
    "marts.dim_figures",
    "reference.sheets",
    "reference.charts",
    "reference.sentences",
    "reference.sentence_figures",
    "reference.quality_codes",
)


def carry_over(connection: duckdb.DuckDBPyConnection, threshold: int) -> None:
    """Copy the labels, the classes of the counts of quality and the origin from the attached `warehouse`.

    Counts below the threshold are in one class.
    """
    connection.execute("set variable threshold = ?", [threshold])
    connection.execute(statements("protection/carried"))
    origin = ["quality.publication"] if has_table(connection, "quality.publication", "warehouse") else []
    for name in (*_WHOLE, *origin):
        connection.execute(f"create table {name} as from warehouse.{name}")
