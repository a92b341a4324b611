"""The register: every release ever published, in a DuckDB file that is only ever added to.

Each entry holds the SHA-256 of what was published and of the entry before it. So an entry can't be changed or
taken out unnoticed, except at the end. How far a register went at least is noted beside the warehouse.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from twe.changes import FIRST_VERSION, Shape, next_version
from twe.errors import ProtectionError, first_line
from twe.protection.cells import names_of
from twe.protection.releases import HIDDEN, Area, Marker, Method, Release
from twe.protection.warehouse import insert, open_database, read_equations
from twe.sql import statements
from twe.warehouse.files import connect, sync, write_whole
from twe.warehouse.versions import versions_around

COLUMNS = {
    "markers": "marker varchar, lowest bigint, highest bigint",
    "cells": "cell_id varchar, units_per_person integer, is_published boolean, published_value bigint, "
    "marker varchar",
    "equations": "equation_id varchar, cell_id varchar, coefficient integer, relation varchar",
    "areas": "area_id varchar, area_level varchar, member_codes varchar []",
}
"""The columns of the tables that hold a release, without its number."""

HEAD = "made_at, as_of, geography_date, method, base, threshold"
"""What is held of a release as a whole, in relation `releases`."""
# The note beside the warehouse, in the folder of its versions.
_KNOWN = ".released"
_BACKUP = "put it back from a backup"


@dataclass(frozen=True)
class Stamp:
    """Where a release is in which register, as its files say.

    `content` is the SHA-256 of what was published, `version` its number for readers.
    """

    register: str
    number: int
    content: str
    version: str


@dataclass(frozen=True)
class Entry(Stamp):
    """A release as it is in a register, with the SHA-256 of its manifest (`files`), definitions and years.

    `sha256` is that of the entry, which covers all before it.
    """

    files: str
    sha256: str
    definitions: str
    years: str


@dataclass(frozen=True)
class Register:
    """A register that was checked: its entries and releases, oldest first."""

    path: Path
    register_id: str
    entries: tuple[Entry, ...]
    releases: tuple[Release, ...]

    def entry_of(self, content: str) -> Entry | None:
        """Return the last entry with this content; None when it was never released."""
        return next((entry for entry in reversed(self.entries) if entry.content == content), None)

    def next_version(self, shape: Shape) -> str:
        """Return the version of a release of this shape that comes after the last one."""
        if not self.entries:
            return FIRST_VERSION
        last = self.entries[-1]
        return next_version(last.version, Shape(last.definitions, last.years), shape)

    def check_holds(self, stamp: Stamp, what: str) -> Entry:
        """Return the entry of a file that carries a stamp; ProtectionError when this isn't its register."""
        entry = self._entry(stamp.register, stamp.number, what, "is of")
        if (entry.content, entry.version) != (stamp.content, stamp.version):
            raise ProtectionError(
                f"{what} is not release {stamp.number} as it is in the register {self.path}; one of the two "
                f"was altered: {_BACKUP}."
            )
        return entry

    def check_knows(self, known: Entry, what: str) -> None:
        """Refuse a register that is another, or less far, than is noted beside the warehouse `what`."""
        if self._entry(known.register, known.number, what, "was released in").sha256 != known.sha256:
            raise _altered(self.path, f"release {known.number} is another one than was made of {what}")

    def _entry(self, register: str, number: int, what: str, belongs_to: str) -> Entry:
        if register != self.register_id:
            raise ProtectionError(
                f"{self.path} is register {self.register_id}, but {what} {belongs_to} register {register}; "
                "name that one with --register."
            )
        if number > len(self.entries):
            raise ProtectionError(
                f"The register {self.path} was shortened: it ends with release {len(self.entries)}, and "
                f"{what} knows of release {number}; put back a later copy of it."
            )
        return self.entries[number - 1]


def _altered(path: Path, reason: str) -> ProtectionError:
    return ProtectionError(f"The register {path} was altered: {reason}; {_BACKUP}.")


def default_register(database: Path) -> Path:
    """Return where the register of a warehouse is, be it the published one or a kept version."""
    return versions_around(database).published.with_suffix(".register.duckdb")


def known_entry(database: Path) -> Entry | None:
    """Return the last release of a warehouse that is noted beside it; None when there was none.

    ProtectionError when the note can't be read.
    """
    note = versions_around(database).folder / _KNOWN
    try:
        return Entry(**json.loads(note.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as problem:
        raise ProtectionError(f"The note {note} on the last release can't be read; {_BACKUP}.") from problem


def note_entry(database: Path, entry: Entry) -> None:
    """Note beside a warehouse how far its register is; OSError when the disk fails."""
    versions = versions_around(database)
    versions.folder.mkdir(parents=True, exist_ok=True)
    write_whole(versions.folder / _KNOWN, json.dumps(asdict(entry)) + "\n")


def read_register(path: Path, database: Path) -> Register | None:
    """Return the register of a warehouse once it is known to be whole; None when nothing was ever released.

    ProtectionError when it is missing, shortened, altered or that of another warehouse, with what to do.
    """
    known = known_entry(database)
    if not path.exists():
        if known:
            raise ProtectionError(
                f"The register {path} is missing, and release {known.number} of {database} is in it; "
                f"{_BACKUP}, or name it with --register."
            )
        return None
    register = open_register(path)
    if known:
        register.check_knows(known, str(database))
    return register


def open_register(path: Path) -> Register:
    """Return a register once its entries and hashes are checked; ProtectionError with what to do."""
    if not path.exists():
        raise ProtectionError(f"There is no register at {path}; name it with --register.")
    try:
        with open_database(path, "register", _BACKUP) as connection:
            return _checked(path, connection)
    except duckdb.Error as problem:
        raise _altered(path, "it can't be read") from problem


def _checked(path: Path, connection: duckdb.DuckDBPyConnection) -> Register:
    tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    if not {"register", "releases", *COLUMNS} <= tables:
        raise ProtectionError(f"{path} is not a register of releases; {_BACKUP}.")
    found = connection.execute("select register_id from register").fetchall()
    if len(found) != 1:
        raise _altered(path, "its name is gone")
    ((register_id,),) = found
    entries: list[Entry] = []
    releases: list[Release] = []
    for number, *row in connection.execute(
        "select release, content_sha256, version, files_sha256, entry_sha256, definitions_sha256, years"
        " from releases order by release"
    ).fetchall():
        release = read_rows(connection, number, _relations(number))
        previous = entries[-1].sha256 if entries else ""
        entry = Entry(register_id, number, *row)
        if (
            number != len(entries) + 1
            or entry.content != _content_of(connection, number)
            or entry.sha256 != _entry_sha256(entry, release.made_at, previous)
        ):
            raise _altered(path, f"release {len(entries) + 1} is not as it was recorded")
        entries.append(entry)
        releases.append(release)
    return Register(path, register_id, tuple(entries), tuple(releases))


def listing(register: Register | None, path: Path) -> str:
    """Return a line per release, the newest first."""
    if register is None or not register.entries:
        return f"Nothing is released in {path}."
    lines = [
        f"{entry.number:>5}  {entry.version:<6}  {made.made_at:%Y-%m-%d %H:%M} UTC  "
        f"as of {made.as_of}  municipalities of {made.geography_date}  "
        f"{made.method}, base {made.base}  {entry.content[:12]}"
        for entry, made in zip(register.entries, register.releases, strict=True)
    ]
    return "\n".join([*reversed(lines), f"Register {register.register_id} in {path}, unchanged."])


def begin_register(path: Path, database: Path) -> Register:
    """Make a register in which nothing was released yet; one that was begun and is empty stays.

    ProtectionError when there are releases in it, or known of the warehouse.
    """
    if path.exists():
        if (register := open_register(path)).entries:
            raise ProtectionError(f"There is a register at {path} already; leave out --new-register.")
        return register
    if known := known_entry(database):
        raise ProtectionError(
            f"Release {known.number} of {database} is in register {known.register}: a new register would "
            f"forget it; {_BACKUP}, or name it with --register."
        )
    with _transaction(path, f"The register {path} can't be made") as connection:
        for name, columns in COLUMNS.items():
            connection.execute(f"create table {name} (release integer, {columns})")
        connection.execute(statements("protection/register"))
        connection.execute("insert into register values (?)", [secrets.token_hex(8)])
    return open_register(path)


def append(register: Register, release: Release, content: str, files: str, shape: Shape) -> Entry:
    """Add a release and return its entry; what is in the register is never touched.

    `content` and `files` are the hashes of the release and of the manifest of its files; the version follows
    from `shape`. ProtectionError when another release came in since the register was read.
    """
    path = register.path
    with _transaction(path, f"The release can't be added to the register {path}") as connection:
        ((last,),) = connection.execute("select coalesce(max(release), 0) from releases").fetchall()
        if last != len(register.entries):
            raise ProtectionError(
                f"Another release was added to the register {path} meanwhile; run the command again."
            )
        number = last + 1
        connection.execute(
            f"insert into releases (release, {HEAD}) values (?, ?, ?, ?, ?, ?, ?)",
            [number, *head_of(release)],
        )
        for table, columns in rows_of(release).items():
            (size,) = {len(values) for values in columns.values()}
            insert(connection, table, {"release": np.full(size, number), **columns})
        found, version = _content_of(connection, number), register.next_version(shape)
        if found != content:
            raise ProtectionError(f"The release does not fit into the register {path}.")
        entry = Entry(
            register.register_id, number, content, version, files, "", shape.definitions, shape.years
        )
        previous = register.entries[-1].sha256 if register.entries else ""
        entry = replace(entry, sha256=_entry_sha256(entry, release.made_at, previous))
        connection.execute(
            "update releases set content_sha256 = ?, files_sha256 = ?, entry_sha256 = ?, version = ?,"
            " definitions_sha256 = ?, years = ? where release = ?",
            [content, files, entry.sha256, version, shape.definitions, shape.years, number],
        )
    return entry


@contextmanager
def _transaction(path: Path, failure: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Change a register as a whole and wait until it is on the disk; ProtectionError with `failure`."""
    try:
        with connect(path, writable=True) as connection:
            connection.execute("begin")
            yield connection
            connection.execute("commit")
            connection.execute("checkpoint")
        sync(path)
    except (duckdb.Error, OSError) as problem:
        raise ProtectionError(f"{failure}: {first_line(problem)}.") from problem


def _entry_sha256(entry: Entry, made_at: datetime, previous: str) -> str:
    sealed = [entry.register, entry.number, made_at.isoformat(), entry.content, entry.files, previous]
    sealed += [entry.version, entry.definitions, entry.years]
    return hashlib.sha256(json.dumps(sealed).encode()).hexdigest()


def _content_of(connection: duckdb.DuckDBPyConnection, number: int) -> str:
    return content_sha256(connection, _relations(number))


def _relations(number: int) -> dict[str, str]:
    names = ("releases", *COLUMNS)
    return {name: f"(select * from {name} where release = {int(number)})" for name in names}


def content_sha256(connection: duckdb.DuckDBPyConnection, relations: Mapping[str, str]) -> str:
    """Return the SHA-256 of a release: its head without the moment, and the rows of its tables in any order.

    `relations` has a SQL relation for `releases` and for each of `COLUMNS`.
    """
    (head,) = connection.execute(f"select {HEAD} from {relations['releases']}").fetchall()
    digest = hashlib.sha256(json.dumps([str(value) for value in head[1:]]).encode())
    for name, columns in COLUMNS.items():
        names = [column.strip().partition(" ")[0] for column in columns.split(",")]
        packed = ", ".join(f"{column} := {column}" for column in names)
        ((found,),) = connection.execute(
            f"select sha256(coalesce(string_agg(line, chr(10) order by line), '')) from ("
            f"select to_json(struct_pack({packed}))::varchar as line from {relations[name]})"
        ).fetchall()
        digest.update(f"{name} {found}".encode())
    return digest.hexdigest()


def head_of(release: Release) -> list[object]:
    """Return what the register holds of a release as a whole."""
    return [
        release.made_at,
        release.as_of,
        release.geography_date,
        str(release.method),
        release.base,
        release.threshold,
    ]


def rows_of(release: Release) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the rows of each table of `COLUMNS`, as an array per column."""
    markers, equations, areas = release.markers, release.equations, release.areas
    rows = equations.rows
    cell_ids = names_of(release.cell_ids)
    is_shown = release.is_published & (release.values != HIDDEN)
    return {
        "markers": {
            "marker": names_of(markers),
            "lowest": names_of(marker.lowest for marker in markers.values()),
            "highest": names_of(marker.highest for marker in markers.values()),
        },
        "cells": {
            "cell_id": cell_ids,
            "units_per_person": release.units,
            "is_published": release.is_published,
            "published_value": np.where(is_shown, release.values, np.array(None)),
            "marker": names_of(release.marks),
        },
        "equations": {
            "equation_id": equations.ids[rows],
            "cell_id": cell_ids[equations.cells],
            "coefficient": equations.coefficients,
            "relation": np.where(equations.is_equality[rows], "=", "<=").astype(object),
        },
        "areas": {
            "area_id": names_of(area.area_id for area in areas),
            "area_level": names_of(area.level for area in areas),
            "member_codes": names_of(f"[{', '.join(sorted(area.members))}]" for area in areas),
        },
    }


def read_rows(connection: duckdb.DuckDBPyConnection, number: int, relations: Mapping[str, str]) -> Release:
    """Return a release from its rows, stored in a register or in a file of its own.

    `relations` is as in `content_sha256`.
    """
    cells = connection.execute(
        "select cell_id, units_per_person, is_published, marker,"
        f" coalesce(published_value, {HIDDEN}) as published_value from {relations['cells']} order by cell_id"
    ).fetchnumpy()
    markers = connection.execute(f"select marker, lowest, highest from {relations['markers']}").fetchall()
    areas = connection.execute(
        f"select area_id, area_level, member_codes from {relations['areas']}"
    ).fetchall()
    ((made_at, as_of, geography_date, method, base, threshold),) = connection.execute(
        f"select {HEAD} from {relations['releases']}"
    ).fetchall()
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
        equations=read_equations(connection, relations["cells"], relations["equations"]),
        areas=tuple(Area(area_id, level, frozenset(members)) for area_id, level, members in areas),
    )
