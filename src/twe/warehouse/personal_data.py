"""Dropping the row-level data of a built warehouse, so that the exporter can still read it."""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from twe.errors import TweError
from twe.sql import statements
from twe.warehouse.files import opening, sql_text, wal_of
from twe.warehouse.lock import hold
from twe.warehouse.versions import versions_around

MARK = "Personal data"
"""In the description of every column about one person, and so in the database."""
# What personal_tables.sql and personal_others.sql know by these names.
_VARIABLES = {
    "mark": MARK,
    "keys": ["client_id", "trajectory_id", "line_id", "claim_id", "spell_id", "transmission_id"],
    "schemas": ["marts", "publication", "quality", "questions", "reference"],
    "kept_marts": "^(annex_|areas|dim_|expected_changes|figures|inhabitants)",
}
_UNREADABLE = "unreadable or the disk full"


@dataclass(frozen=True)
class Dropped:
    """How many tables and views are gone, and which columns of kept tables are now empty in every row."""

    tables: int
    columns: tuple[str, ...]


def drop_personal_data(path: Path) -> Dropped:
    """Drop from a file; one that is a published or kept version stays so, with a manifest that says it.

    Raises TweError, or PublishError when a publication is under way, and leaves the warehouse as it was.
    """
    versions = versions_around(path)
    if not versions.folder.is_dir():
        return _drop(path)
    with hold(versions.lock, 0):
        version = versions.of_file(path)
        dropped = _drop(path)
        if version:
            moment = datetime.now(UTC).replace(microsecond=0).isoformat()
            versions.reseal(version, path, {"personal_data_dropped_at": moment})
    return dropped


def _drop(path: Path) -> Dropped:
    """Replace a warehouse by a fresh copy without its row-level data.

    DuckDB keeps the content of dropped tables in free blocks of the file, so the kept tables are written to a
    new file, which then takes the place of the old one in one step. Raises TweError and leaves the
    warehouse as it was.
    """
    # A link would be replaced by a file, and the data stay where it points to.
    path = path.resolve() if path.is_file() else path
    with opening(path, "warehouse", TweError, remedy="nothing was dropped", otherwise=_UNREADABLE):
        return _replaced(path)


def _replaced(path: Path) -> Dropped:
    fresh = path.with_name(f".{path.name}.dropping")
    try:
        fresh.unlink(missing_ok=True)
        with duckdb.connect() as connection:
            # Read-write: nobody else has the file open, and what its log still holds is in it.
            connection.execute(f"attach {sql_text(path)} as source (read_write)")
            connection.execute("checkpoint source")
            for name, value in _VARIABLES.items():
                connection.execute(f"set variable {name} = ?", [value])
            tables = connection.execute(statements("warehouse/personal_tables")).fetchall()
            kept = {place: (values, emptied) for place, is_kept, values, emptied in tables if is_kept}
            if not any(place.startswith('"marts".') for place in kept):
                raise TweError(f"{path} is not a built warehouse.")
            connection.execute(f"attach {sql_text(fresh)} as fresh ({storage_options(connection)})")
            connection.execute("copy from database source to fresh (schema)")
            # First what goes: none of it may get into a block of the file.
            for place in (place for place, *_ in tables if place not in kept):
                connection.execute(f"drop table fresh.{place}")
            others = connection.execute(statements("warehouse/personal_others")).fetchall()
            for (other,) in others:
                connection.execute(f"drop {other}")
            for place, (values, _) in kept.items():
                connection.execute(f"insert into fresh.{place} select {values} from source.{place}")
            connection.execute(statements("warehouse/forget_dropped"))
            connection.execute("detach fresh")
            shutil.copymode(path, fresh)
            os.replace(fresh, path)
            # What a killed build was sorting; with the file locked by us, nobody needs it.
            shutil.rmtree(path.with_name(f"{path.name}.tmp"), ignore_errors=True)
    except OSError as problem:
        raise TweError(f"The warehouse {path} can't be replaced: {problem.strerror}.") from problem
    finally:
        fresh.unlink(missing_ok=True)
        wal_of(fresh).unlink(missing_ok=True)
    views = sum(other.startswith("view") for (other,) in others)
    emptied = [column for _, columns in kept.values() for column in columns or ()]
    return Dropped(len(tables) - len(kept) + views, tuple(emptied))


def storage_options(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the options that give a new file the form of the attached `source`: dbt attaches no other."""
    ((block_size, version),) = connection.execute(
        "select block_size, tags['storage_version'] from pragma_database_size()"
        " inner join duckdb_databases() using (database_name) where database_name = 'source'"
    ).fetchall()
    return f"block_size {block_size}, storage_version {sql_text(version.rstrip('+'))}"
