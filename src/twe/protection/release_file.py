"""The file with one release: all that a public edition may read, and nothing exact that is protected."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from twe.errors import ProtectionError, first_line
from twe.protection.amounts import Key
from twe.protection.attack import Verdict
from twe.protection.cells import Cells, Flags
from twe.protection.register import COLUMNS, Stamp, content_sha256, head_of, read_rows, rows_of
from twe.protection.releases import Release
from twe.protection.warehouse import Warehouse, insert, open_database
from twe.sql import statements
from twe.warehouse import status as warehouse_status
from twe.warehouse.files import answer_functions, connect, has_table, sql_text, wal_of
from twe.warehouse.layout import refusal

# Fewer published trajectories than ten times the base say too much about each by their mean.
_LEAST_FOR_MEAN = 10

TABLES = {
    "releases": "publication.release",
    "markers": "publication.markers",
    "cells": "publication.publication_values",
    "equations": "publication.publication_equations",
    "areas": "publication.publication_areas",
}
"""The names that the tables of a register have in a release."""


def write_release(
    path: Path,
    release: Release,
    warehouses: Sequence[Warehouse],
    hidden: frozenset[Key],
    choices: Mapping[str, object],
) -> str:
    """Write the release of the first warehouse beside what was there, then put it in its place.

    `choices` are the rules of the owner by name, so that a later build can be protected by the same. The file
    is a draft until `put_stamp` says where in the register it is. Returns the SHA-256 of the content.
    """
    main = warehouses[0]
    try:
        with _replacing(path) as connection:
            connection.execute(f"attach {sql_text(main.path)} as warehouse (read_only)")
            connection.execute("create schema publication")
            connection.execute("set variable threshold = ?", [release.threshold])
            connection.execute(statements("protection/carried"))
            if has_table(connection, "quality.publication", "warehouse"):
                connection.execute("create table quality.publication as from warehouse.quality.publication")
            connection.execute("create table publication.choices (name varchar, value varchar)")
            connection.executemany(
                "insert into publication.choices values (?, ?)",
                [(name, None if value is None else str(value)) for name, value in choices.items()],
            )
            connection.execute("set variable least_for_mean = ?", [_LEAST_FOR_MEAN * release.base])
            for name, columns in rows_of(release).items():
                connection.execute(f"create table {TABLES[name]} ({COLUMNS[name]})")
                insert(connection, TABLES[name], columns)
            connection.execute(
                "create table publication.release as select ?::timestamp as made_at, "
                "?::date as as_of, ?::date as geography_date, ? as method, ?::integer as base, "
                "?::integer as threshold, ?::timestamp as built_at, ?::boolean as is_synthetic, "
                "null::varchar as register_id, null::integer as release, null::varchar as content_sha256, "
                "null::varchar as version",
                [*head_of(release), main.built_at, main.is_synthetic],
            )
            digest = content_sha256(connection, TABLES)
            connection.execute("update publication.release set content_sha256 = ?", [digest])
            connection.execute("create temp table hidden (basis varchar, year integer, area_id varchar)")
            keys = np.array(sorted(hidden), dtype=object).reshape(-1, 3)
            insert(connection, "hidden", {"basis": keys[:, 0], "year": keys[:, 1], "area_id": keys[:, 2]})
            connection.execute(statements("protection/exact_figures"))
            connection.execute(statements("protection/release_tables"))
            answers = answer_functions(connection, "warehouse")
            connection.execute("detach warehouse")
            connection.execute(statements("protection/release_views"))
            for statement in answers:
                connection.execute(statement)
    except (duckdb.Error, OSError) as problem:
        raise ProtectionError(f"The release {path} can't be written: {first_line(problem)}.") from problem
    return digest


@contextmanager
def _replacing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Write a database file beside its place, and put it there when it is whole."""
    # A name of its own: two exports at once may both make the release.
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with connect(draft, writable=True) as connection:
            yield connection
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
        wal_of(draft).unlink(missing_ok=True)


def put_stamp(path: Path, stamp: Stamp) -> None:
    """Write into a release file where in the register it is; ProtectionError when the disk fails."""
    try:
        with connect(path, writable=True) as connection:
            connection.execute(
                "update publication.release set register_id = ?, release = ?, version = ?",
                [stamp.register, stamp.number, stamp.version],
            )
    except duckdb.Error as problem:
        raise ProtectionError(f"The release {path} can't be written.") from problem


def read_release(path: Path) -> tuple[Release, frozenset[Key], Stamp | None]:
    """Return the release of a file, the amounts it leaves out, and its place in the register.

    A draft has none. ProtectionError when the content of a release is not what its hash says.
    """
    with open_database(path, "release") as connection:
        if reason := refusal(connection):
            raise ProtectionError(f"The release {path} can't be read: {reason}.")
        try:
            stamp = _stamp(connection)
            connection.execute(statements("protection/hidden_amounts"))
            hidden = connection.execute("from hidden").fetchall()
            release = read_rows(connection, stamp.number if stamp else 0, TABLES)
            # A draft is judged by what it holds; a release is also what the register says.
            is_changed = stamp and stamp.content != content_sha256(connection, TABLES)
        except (duckdb.Error, ValueError) as problem:
            raise ProtectionError(f"{path} is not a release file; run twe protect first.") from problem
    if is_changed:
        raise ProtectionError(f"{path} is not as it was written: its hash differs; protect it again.")
    return release, frozenset(hidden), stamp


def read_stamp(path: Path) -> Stamp | None:
    """Return where in the register a release file is; None for a draft, or when there is no file."""
    if not path.exists():
        return None
    with open_database(path, "release") as connection:
        try:
            return _stamp(connection)
        except duckdb.Error:
            return None


def _stamp(connection: duckdb.DuckDBPyConnection) -> Stamp | None:
    found = connection.execute(
        "select register_id, release, content_sha256, version from publication.release"
        " where register_id is not null"
    ).fetchone()
    return Stamp(*found) if found else None


def read_choices(path: Path) -> dict[str, str]:
    """Return the rules that a release was made by, as texts, empty for what was left open."""
    return dict(_rows(path, "name, coalesce(value, '')", "choices"))


def _rows(path: Path, columns: str, table: str) -> list[Any]:
    with open_database(path, "release") as connection:
        try:
            return connection.execute(f"select {columns} from publication.{table}").fetchall()
        except duckdb.Error as problem:
            raise ProtectionError(f"{path} is not a release file; run twe protect first.") from problem


def is_of_build(path: Path, database: Path) -> bool:
    """Return whether a release was made from the build that a warehouse holds now."""
    made_from = _rows(path, "built_at", "release")
    with open_database(database, "warehouse") as connection:
        return made_from == [(warehouse_status.built_at(connection),)]


def check_exact_figures(path: Path, database: Path) -> None:
    """Refuse a release whose amounts, durations or places are not those of the warehouse."""
    with connect(path) as connection:
        connection.execute(f"attach {sql_text(database)} as warehouse (read_only)")
        for name in ("hidden_amounts", "exact_figures"):
            connection.execute(statements(f"protection/{name}"))
        foreign = connection.execute(statements("protection/foreign_figures")).fetchone()
    if foreign:
        raise ProtectionError(f"{path} is not as it was written: {foreign[0]} differs; protect it again.")


def check_targets(sources: Sequence[Path], release: Path, register: Path, witnesses: Path | None) -> None:
    """Refuse places that would overwrite something else, before anything is written."""
    targets = [release, register, *([witnesses] if witnesses else [])]
    places = [path.resolve() for path in (*sources, *targets)]
    for number, place in enumerate(places):
        if place in places[:number]:
            raise ProtectionError(f"{place} is given for two different files.")
    for path in targets:
        if not path.resolve().parent.is_dir():
            raise ProtectionError(f"The folder of {path} does not exist.")
    for target, table in ((release, "publication.release"), (witnesses, "main.witnesses")):
        if target and target.exists():
            with open_database(target, "file") as connection:
                is_ours = has_table(connection, table)
            if not is_ours:
                raise ProtectionError(
                    f"{target} is another file, which would be overwritten; move it away first."
                )


def write_witnesses(path: Path, cells: Cells, verdict: Verdict, small: Flags) -> None:
    """Write the witness tables with what a checker needs; the first is the truth, so the file is internal."""
    count, ids = len(cells), cells.ids
    with _replacing(path) as connection:
        connection.execute("create table cells (cell_id varchar, is_small boolean)")
        insert(connection, "cells", {"cell_id": ids, "is_small": small})
        connection.execute("create table witnesses (witness integer, cell_id varchar, value bigint)")
        for number, table in enumerate(verdict.witnesses):
            rows = {"witness": np.full(count, number), "cell_id": ids, "value": table[:count]}
            insert(connection, "witnesses", rows)
