"""The register: every release ever published, in a DuckDB file that is only ever added to."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from twe.errors import ProtectionError
from twe.protection.cells import equations_from
from twe.protection.releases import HIDDEN, Area, Marker, Method, Release
from twe.protection.warehouse import insert, open_database
from twe.warehouse.files import connect

COLUMNS = {
    "markers": "marker varchar, lowest bigint, highest bigint",
    "cells": "cell_id varchar, units_per_person integer, is_published boolean, published_value bigint, "
    "marker varchar",
    "equations": "equation_id varchar, cell_id varchar, coefficient integer, relation varchar",
    "areas": "area_id varchar, area_level varchar, member_codes varchar []",
}
"""The columns of the tables that hold a release, without its number."""

_TABLES = """
    create table if not exists releases (
        release integer primary key,
        made_at timestamp not null,
        as_of date not null,
        geography_date date not null,
        method varchar not null,
        base integer not null,
        threshold integer not null
    );
    create table if not exists markers (release integer, {markers});
    create table if not exists cells (release integer, {cells});
    create table if not exists equations (release integer, {equations});
    create table if not exists areas (release integer, {areas});
    comment on table releases is 'One row per release ever published. Rows are added, never changed.';
    comment on table cells is 'Published values; NULL with a marker = hidden, without = never shown.';
    comment on table equations is 'What everybody knew about the counts of a release.';
"""


def read_register(path: Path) -> list[Release]:
    """Return all releases, oldest first; none when there is no register yet."""
    if not path.exists():
        return []
    with open_database(path, "register") as connection:
        try:
            numbers = connection.execute("select release from releases order by release").fetchall()
            return [_read(connection, number) for (number,) in numbers]
        except duckdb.Error as problem:
            raise ProtectionError(f"{path} is not a register of releases.") from problem


def append(path: Path, release: Release) -> int:
    """Add a release and return its number; what is in the register is never touched."""
    try:
        connection = connect(path, writable=True)
    except duckdb.Error as problem:
        raise ProtectionError(f"The register {path} can't be opened to add the release.") from problem
    try:
        return _append(connection, release)
    except duckdb.Error as problem:
        raise ProtectionError(f"The release can't be added to the register {path}.") from problem


def _append(connection: duckdb.DuckDBPyConnection, release: Release) -> int:
    with connection:
        connection.execute("begin")
        connection.execute(_TABLES.format(**COLUMNS))
        ((number,),) = connection.execute("select coalesce(max(release), 0) + 1 from releases").fetchall()
        connection.execute(
            "insert into releases values (?, ?, ?, ?, ?, ?, ?)",
            [
                number,
                release.made_at,
                release.as_of,
                release.geography_date,
                str(release.method),
                release.base,
                release.threshold,
            ],
        )
        for table, columns in content(release).items():
            (size,) = {len(values) for values in columns.values()}
            insert(connection, table, {"release": np.full(size, number), **columns})
        connection.execute("commit")
    return int(number)


def content(release: Release) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the rows of each table of `COLUMNS`, as an array per column."""
    markers, equations, areas = release.markers, release.equations, release.areas
    rows = equations.rows
    cell_ids = _objects(release.cell_ids)
    is_shown = release.is_published & (release.values != HIDDEN)
    return {
        "markers": {
            "marker": _objects(markers),
            "lowest": _objects(marker.lowest for marker in markers.values()),
            "highest": _objects(marker.highest for marker in markers.values()),
        },
        "cells": {
            "cell_id": cell_ids,
            "units_per_person": release.units,
            "is_published": release.is_published,
            "published_value": np.where(is_shown, release.values, np.array(None)),
            "marker": _objects(release.marks),
        },
        "equations": {
            "equation_id": _objects(equations.ids)[rows],
            "cell_id": cell_ids[equations.cells],
            "coefficient": equations.coefficients,
            "relation": np.where(equations.is_equality[rows], "=", "<=").astype(object),
        },
        "areas": {
            "area_id": _objects(area.area_id for area in areas),
            "area_level": _objects(area.level for area in areas),
            "member_codes": _objects(f"[{', '.join(sorted(area.members))}]" for area in areas),
        },
    }


def _objects(values: Iterable[object]) -> NDArray[Any]:
    return np.array([*values], dtype=object)


def _read(connection: duckdb.DuckDBPyConnection, number: int) -> Release:
    (head,) = connection.execute(
        "select made_at, as_of, geography_date, method, base, threshold from releases where release = ?",
        [number],
    ).fetchall()
    markers = connection.execute(
        "select marker, lowest, highest from markers where release = ?", [number]
    ).fetchall()
    cells = connection.execute(
        "select cell_id, units_per_person, is_published, coalesce(published_value, -1) as published_value, "
        "marker from cells where release = ? order by cell_id",
        [number],
    ).fetchnumpy()
    terms = connection.execute(
        """
        with positions as (
            select cell_id, row_number() over (order by cell_id) - 1 as position
            from cells where release = $release
        )
        select equation_id, relation = '=' as is_equality, position, coefficient
        from equations inner join positions using (cell_id)
        where release = $release
        order by equation_id, position
        """,
        {"release": number},
    ).fetchnumpy()
    areas = connection.execute(
        "select area_id, area_level, member_codes from areas where release = ?", [number]
    ).fetchall()
    return as_release(int(number), head, cells, terms, markers, areas)


def as_release(
    number: int,
    head: tuple[Any, ...],
    cells: dict[str, np.ndarray],
    terms: dict[str, np.ndarray],
    markers: Sequence[tuple[Any, ...]],
    areas: Sequence[tuple[Any, ...]],
) -> Release:
    """Return a release from its rows, stored in a register or in a file of its own.

    `head` is (made_at, as_of, geography_date, method, base, threshold); `cells` has the columns
    of its table, HIDDEN for a value that isn't shown; `markers` and `areas` are rows of their tables.
    """
    made_at, as_of, geography_date, method, base, threshold = head
    return Release(
        number=number,
        made_at=made_at,
        as_of=as_of,
        geography_date=geography_date,
        method=Method(method),
        base=base,
        threshold=threshold,
        markers={text: Marker(lowest, highest) for text, lowest, highest in markers},
        cell_ids=cells["cell_id"].tolist(),
        units=cells["units_per_person"].astype(np.int64),
        is_published=cells["is_published"],
        values=cells["published_value"].astype(np.int64),
        marks=cells["marker"].tolist(),
        equations=equations_from(terms),
        areas=tuple(Area(area_id, level, frozenset(members)) for area_id, level, members in areas),
    )
