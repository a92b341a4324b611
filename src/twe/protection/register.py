"""The register: every release ever published, in a DuckDB file that is only ever added to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from twe.errors import ProtectionError
from twe.protection.cells import equations_from
from twe.protection.releases import HIDDEN, Area, Marker, Method, Release
from twe.protection.warehouse import open_database
from twe.warehouse.files import connect

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
    create table if not exists markers (release integer, marker varchar, lowest bigint, highest bigint);
    create table if not exists cells (
        release integer,
        cell_id varchar,
        units_per_person integer,
        is_published boolean,
        published_value bigint,
        marker varchar
    );
    create table if not exists equations (
        release integer,
        equation_id varchar,
        cell_id varchar,
        coefficient integer,
        relation varchar
    );
    create table if not exists areas (
        release integer, area_id varchar, area_level varchar, member_codes varchar []
    );
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
        connection.execute(_TABLES)
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
        for text, marker in release.markers.items():
            connection.execute(
                "insert into markers values (?, ?, ?, ?)", [number, text, marker.lowest, marker.highest]
            )
        for table, content in (
            ("cells", cell_table(release)),
            ("equations", equation_table(release)),
            ("areas", area_table(release.areas)),
        ):
            connection.register("content", content)
            connection.execute(f"insert into {table} select {number}, * from content")
            connection.unregister("content")
        connection.execute("commit")
    return int(number)


def cell_table(release: Release) -> pa.Table:
    """Return the cells of a release as the register holds them."""
    is_empty = (release.values == HIDDEN) | ~release.is_published
    return pa.table(
        {
            "cell_id": pa.array(release.cell_ids),
            "units_per_person": pa.array(release.units.astype(np.int32)),
            "is_published": pa.array(release.is_published),
            "published_value": pa.array(release.values, mask=is_empty),
            "marker": pa.array(release.marks, type=pa.string()),
        }
    )


def equation_table(release: Release) -> pa.Table:
    """Return the terms of the equations of a release as the register holds them."""
    equations = release.equations
    ids = np.array(equations.ids, dtype=object)
    rows = equations.rows
    return pa.table(
        {
            "equation_id": pa.array(ids[rows], type=pa.string()),
            "cell_id": pa.array(np.array(release.cell_ids, dtype=object)[equations.cells], type=pa.string()),
            "coefficient": pa.array(equations.coefficients.astype(np.int32)),
            "relation": pa.array(np.where(equations.is_equality[rows], "=", "<=").tolist(), type=pa.string()),
        }
    )


def area_table(areas: Sequence[Area]) -> pa.Table:
    """Return the areas of a release as the register holds them."""
    return pa.table(
        {
            "area_id": pa.array([area.area_id for area in areas], type=pa.string()),
            "area_level": pa.array([area.level for area in areas], type=pa.string()),
            "member_codes": pa.array([sorted(area.members) for area in areas], type=pa.list_(pa.string())),
        }
    )


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
    ).to_arrow_table()
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
    cells: pa.Table,
    terms: dict[str, np.ndarray],
    markers: Sequence[tuple[Any, ...]],
    areas: Sequence[tuple[Any, ...]],
) -> Release:
    """Return a release from its rows, stored in a register or in a file of its own.

    `head` is (made_at, as_of, geography_date, method, base, threshold); `cells` has the columns of
    `cell_table`, HIDDEN for a value that isn't shown; `markers` and `areas` are rows of their tables.
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
        cell_ids=cells["cell_id"].to_pylist(),
        units=cells["units_per_person"].to_numpy().astype(np.int64),
        is_published=cells["is_published"].to_numpy(),
        values=cells["published_value"].to_numpy().astype(np.int64),
        marks=cells["marker"].to_pylist(),
        equations=equations_from(terms),
        areas=tuple(Area(area_id, level, frozenset(members)) for area_id, level, members in areas),
    )
