"""The register of releases: what is missing, shortened, altered or of another warehouse is refused."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from test_protection import cells_of, release_of
from twe.changes import Shape
from twe.errors import ProtectionError
from twe.protection.register import (
    Entry,
    Register,
    append,
    begin_register,
    content_sha256,
    known_entry,
    listing,
    note_entry,
    open_register,
    read_register,
)
from twe.protection.releases import HIDDEN, Area, Release

CELLS = cells_of({"total": 10, "a": 3, "b": 7}, {"total": ["a", "b"]})
FIRST = release_of(CELLS, {"a": "[c]", "b": "[c]"}, areas=(Area("1", "municipality", frozenset("1")),))
SECOND = replace(FIRST, base=7)
FILES = "f" * 64
SHAPE = Shape("d" * 64, "1: 2022")


def add(database: Path, release: Release, shape: Shape = SHAPE) -> Entry:
    """Release something of a warehouse, as `twe release` does; the register is beside it."""
    register = read_register(place(database), database) or begin_register(place(database), database)
    entry = append(register, release, digest(release), FILES, shape)
    note_entry(database, entry)
    return entry


def digest(release: Release) -> str:
    """Return the hash of a release by way of another register."""
    with duckdb.connect() as connection:
        from twe.protection.register import COLUMNS, HEAD, head_of, insert, rows_of

        for name, columns in rows_of(release).items():
            connection.execute(f"create table {name} ({COLUMNS[name]})")
            insert(connection, name, columns)
        head = ", ".join(f"? as {name}" for name in HEAD.split(", "))
        connection.execute(f"create table releases as select {head}", head_of(release))
        return content_sha256(connection, {name: name for name in ("releases", *COLUMNS)})


def place(database: Path) -> Path:
    return database.with_suffix(".register.duckdb")


def change(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return the path of a warehouse of which two releases were made."""
    path = tmp_path / "twe.duckdb"
    assert [add(path, FIRST).number, add(path, SECOND).number] == [1, 2]
    return path


def read(database: Path) -> Register:
    found = read_register(place(database), database)
    assert found is not None
    return found


def test_it_gives_back_what_was_recorded(database: Path) -> None:
    first, second = read(database).releases
    assert (first.number, second.number) == (1, 2)
    assert first.cell_ids == ["a", "b", "total"]
    assert first.values.tolist() == [HIDDEN, HIDDEN, 10]
    assert first.marks == ["[c]", "[c]", None]
    assert (first.markers, first.areas, first.method) == (FIRST.markers, FIRST.areas, FIRST.method)
    assert first.equations.sums(np.array([3, 7, 10])).tolist() == [0]
    assert second.base == 7


def test_the_version_follows_on_that_of_the_release_before(database: Path) -> None:
    """Patch for the same definitions and years, minor for other years, major for other definitions."""
    longer, other = replace(SHAPE, years="1: 2022, 2023"), replace(SHAPE, definitions="e" * 64)
    for base, shape in enumerate([longer, longer, other, SHAPE], 8):
        add(database, replace(FIRST, base=base), shape)
    versions = [entry.version for entry in read(database).entries]
    assert versions == ["1.0.0", "1.0.1", "1.1.0", "1.1.1", "2.0.0", "3.0.0"]


def test_nothing_was_released_yet(tmp_path: Path) -> None:
    """An empty register that was begun is used; one with releases is never begun again."""
    database = tmp_path / "twe.duckdb"
    assert read_register(place(database), database) is None
    assert "Nothing is released" in listing(None, place(database))
    begun = begin_register(place(database), database)
    assert begin_register(place(database), database).register_id == begun.register_id
    add(database, FIRST)
    with pytest.raises(ProtectionError, match="leave out --new-register"):
        begin_register(place(database), database)


def test_the_hash_is_that_of_the_content(database: Path) -> None:
    """In any order of rows; another value, marker, equation or area makes another hash, the moment not."""
    turned = release_of(
        cells_of({"b": 7, "a": 3, "total": 10}, {"total": ["b", "a"]}), {"a": "[c]", "b": "[c]"}
    )
    assert digest(replace(turned, areas=FIRST.areas)) == digest(FIRST)
    assert digest(replace(FIRST, made_at=SECOND.made_at.replace(year=2030))) == digest(FIRST)
    others = [
        replace(FIRST, base=7),
        replace(FIRST, values=np.array([10, HIDDEN, 7])),
        replace(FIRST, areas=()),
        replace(FIRST, markers={}),
        replace(FIRST, equations=CELLS.equations.select(np.array([False]))),
    ]
    assert len({digest(release) for release in [FIRST, *others]}) == 1 + len(others)


def test_a_register_that_is_gone_is_missed(database: Path) -> None:
    place(database).unlink()
    with pytest.raises(ProtectionError, match=r"is missing, and release 2 of .*; put it back from a backup"):
        read(database)
    with pytest.raises(ProtectionError, match="a new register would forget it"):
        begin_register(place(database), database)


@pytest.mark.parametrize("size", [0, 100, 4096, 20_000])
def test_a_register_that_was_cut_off_is_refused(database: Path, size: int) -> None:
    with place(database).open("r+b") as file:
        file.truncate(size)
    with pytest.raises(ProtectionError, match="put it back from a backup"):
        read(database)


@pytest.mark.parametrize("table", ["releases", "register", "cells", "equations", "areas", "markers"])
def test_a_register_that_was_emptied_is_refused(database: Path, table: str) -> None:
    change(place(database), f"delete from {table}")
    with pytest.raises(ProtectionError, match=r"shortened|altered"):
        read(database)
    change(place(database), f"drop table {table}")
    with pytest.raises(ProtectionError, match="put it back from a backup"):
        read(database)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update cells set published_value = 5 where published_value = 10 and release = 1", "release 1"),
        ("update cells set marker = null where cell_id = 'a' and release = 2", "release 2"),
        ("delete from equations where release = 1 and cell_id = 'a'", "release 1"),
        ("update releases set threshold = 3 where release = 2", "release 2"),
        ("update releases set made_at = made_at + interval 1 day where release = 1", "release 1"),
        ("update releases set files_sha256 = 'e' where release = 2", "release 2"),
        ("update releases set version = '1.1.0' where release = 2", "release 2"),
        ("delete from releases where release = 1", "release 1"),
        ("update register set register_id = 'another'", "release 1"),
    ],
)
def test_a_change_inside_is_found(database: Path, sql: str, said: str) -> None:
    change(place(database), sql)
    with pytest.raises(ProtectionError, match=f"was altered: {said} is not as it was recorded; put it back"):
        open_register(place(database))


def test_one_byte_is_found_or_means_nothing(database: Path) -> None:
    """Wherever it is changed: the register is refused, or is what it was."""
    whole, known = place(database).read_bytes(), read(database).entries
    rng = random.Random(5)
    refused = 0
    for position in [*range(0, 40, 7), *(rng.randrange(len(whole)) for _ in range(40))]:
        changed = bytearray(whole)
        changed[position] ^= 1 + rng.randrange(255)
        place(database).write_bytes(changed)
        try:
            assert read(database).entries == known
        except ProtectionError as problem:
            assert "put it back from a backup" in str(problem)
            refused += 1
    assert refused > 10


def test_a_release_taken_off_the_end_is_missed(database: Path, tmp_path: Path) -> None:
    """Nothing inside the register shows it; the note beside the warehouse does, also for an older copy."""
    for table in ("releases", "cells", "equations", "areas", "markers"):
        change(place(database), f"delete from {table} where release = 2")
    assert len(open_register(place(database)).entries) == 1
    with pytest.raises(
        ProtectionError, match=r"ends with release 1, and .* knows of release 2; put back a later"
    ):
        read(database)


def test_the_register_of_another_warehouse_is_refused(database: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "twe.duckdb"
    other.parent.mkdir()
    add(other, FIRST)
    shutil.copy(place(other), place(database))
    with pytest.raises(ProtectionError, match=r"but .* was released in register .*; name that one"):
        read(database)


def test_a_register_that_went_another_way_is_refused(database: Path, tmp_path: Path) -> None:
    """Two copies of a register, a release in each: neither is that of the other."""
    older = tmp_path / "older" / "twe.duckdb"
    older.parent.mkdir()
    shutil.copy(place(database), place(older))
    add(database, replace(FIRST, base=8))
    add(older, replace(FIRST, base=9))
    shutil.copy(place(older), place(database))
    with pytest.raises(ProtectionError, match="release 3 is another one than was made of"):
        read(database)


def test_two_releases_at_once_do_not_forget_each_other(database: Path) -> None:
    """What was attacked without the release that came in meanwhile is not added."""
    before = read(database)
    add(database, replace(FIRST, base=8))
    with pytest.raises(ProtectionError, match="meanwhile; run the command again"):
        append(before, replace(FIRST, base=9), "", FILES, SHAPE)
    assert len(read(database).entries) == 3


def test_a_kept_version_has_the_register_of_its_warehouse(database: Path) -> None:
    from twe.protection.register import default_register

    kept = database.with_name("twe.duckdb.versions") / "11" / "twe.duckdb"
    assert default_register(kept) == place(database)
    assert known_entry(kept) == known_entry(database) is not None


def test_a_note_that_cannot_be_read_is_not_passed_over(database: Path) -> None:
    (database.with_name("twe.duckdb.versions") / ".released").write_text("{}")
    with pytest.raises(ProtectionError, match=r"note .* can't be read"):
        read(database)


def test_something_else_is_not_a_register(tmp_path: Path) -> None:
    path = tmp_path / "register.duckdb"
    path.write_text("no database")
    with pytest.raises(ProtectionError, match="not a DuckDB database; put it back"):
        open_register(path)
    path.unlink()
    change(path, "create table others (id integer)")
    with pytest.raises(ProtectionError, match="not a register of releases"):
        open_register(path)
