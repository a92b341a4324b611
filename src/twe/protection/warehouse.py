"""Reading the cells, equations and amounts of a built warehouse, and inserting arrays into a table."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from twe.errors import ProtectionError
from twe.protection.amounts import Amount
from twe.protection.cells import Cells, Equations
from twe.protection.releases import Area
from twe.protection.vintages import Merger, Place, with_later_borders
from twe.sql import query, statements
from twe.warehouse import status as warehouse_status
from twe.warehouse.files import connect, opening


@contextmanager
def open_database(path: Path, what: str, remedy: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file read-only; ProtectionError when it is missing, locked or something else.

    `remedy` is what to do then, for the end of the sentence.
    """
    with opening(path, what, ProtectionError, remedy=remedy, otherwise="not a DuckDB database"):
        connection = connect(path)
    with connection:
        yield connection


def insert(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, NDArray[Any]]) -> None:
    """Append rows to a table of the connection, an array per column; objects are NULL where they are None."""
    # Without a sample DuckDB reads objects as text, also after many NULLs; the table gives the type.
    connection.execute("set pandas_analyze_sample = 0")
    connection.register("content", dict(columns))
    connection.execute(f"insert into {table} by name from content")
    connection.unregister("content")


def read_equations(connection: duckdb.DuckDBPyConnection, cells: str, equations: str) -> Equations:
    """Return the equations of a relation over the cells of another one, which are by their ids."""
    given = {"cells": f"from {cells}", "equations": f"from {equations}"}
    terms = connection.execute(query("protection/equations", **given)).fetchnumpy()
    starts = np.flatnonzero(terms["is_first"])
    return Equations(
        terms["equation_id"][starts],
        np.asarray(terms["is_equality"], dtype=bool)[starts],
        np.append(starts, len(terms["place"])).astype(np.int64),
        np.asarray(terms["place"], dtype=np.int64),
        np.asarray(terms["coefficient"], dtype=np.int64),
    )


def read_cells(connection: duckdb.DuckDBPyConnection) -> Cells:
    """Return the cells and equations of a warehouse."""
    cells = connection.execute(
        "select cell_id, true_value, persons, units_per_person, is_protected, is_published "
        "from publication.publication_cells order by cell_id"
    ).fetchnumpy()
    return Cells(
        cells["cell_id"],
        np.asarray(cells["true_value"], dtype=np.int64),
        np.asarray(cells["persons"], dtype=np.int64),
        np.asarray(cells["units_per_person"], dtype=np.int64),
        np.asarray(cells["is_protected"], dtype=bool),
        np.asarray(cells["is_published"], dtype=bool),
        read_equations(connection, "publication.publication_cells", "publication.publication_equations()"),
    )


@dataclass(frozen=True)
class Warehouse:
    """What the protection needs of a built warehouse; the cells and areas are also those of later borders."""

    path: Path
    as_of: date
    geography_date: date
    built_at: datetime
    is_synthetic: bool
    cells: Cells
    areas: tuple[Area, ...]
    amounts: tuple[Amount, ...]


def read_warehouse(path: Path) -> Warehouse:
    """Return the cells, areas and amounts of a warehouse; ProtectionError when it may not be used."""
    with open_database(path, "warehouse") as connection:
        try:
            reason = warehouse_status.check(connection)
            if reason:
                raise ProtectionError(f"The warehouse {path} can't be protected: {reason}.")
            built_at = warehouse_status.built_at(connection)
            ((as_of, geography_date, is_synthetic),) = connection.execute(
                "select as_of, geography_date, is_synthetic from marts.dim_parameters"
            ).fetchall()
            areas = connection.execute(
                "select area_id, area_level, area_code, parent_area_id, member_codes"
                " from publication.publication_areas order by area_id"
            ).fetchall()
            connection.execute("set variable geography_date = ?", [geography_date])
            mergers = connection.execute(statements("protection/mergers")).fetchall()
            amounts = connection.execute(
                "select basis, amount, year, area_level, area_id, parent_area_id, amount_eur, persons,"
                " lowest_rate_eur, highest_rate_eur "
                "from publication.publication_amounts order by all"
            ).fetchall()
            cells = read_cells(connection)
        except duckdb.Error as problem:
            raise ProtectionError(
                f"The warehouse {path} was built by another version of this project: run dbt build."
            ) from problem
    if as_of is None or built_at is None:
        raise ProtectionError(f"The warehouse {path} has no as-of date: it holds no valid record.")
    places = [
        Place(area_id, code, parent, frozenset(members))
        for area_id, level, code, parent, members in areas
        if level == "municipality"
    ]
    whole, later = with_later_borders(cells, places, [Merger(*row) for row in mergers])
    return Warehouse(
        path,
        as_of,
        geography_date,
        built_at,
        is_synthetic,
        whole,
        (*(Area(area_id, level, frozenset(members)) for area_id, level, _, _, members in areas), *later),
        tuple(Amount(*row) for row in amounts),
    )
