"""Dropping the row-level data of a built warehouse, so that the exporter can still read it."""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from twe.errors import DropError
from twe.warehouse.files import answer_functions, sql_text
from twe.warehouse.lock import hold
from twe.warehouse.versions import versions_around

MARK = "Personal data"
"""In the description of every column about one person, and so in the database."""
_KEYS = ("client_id", "trajectory_id", "line_id", "claim_id", "spell_id", "transmission_id")
_SCHEMAS = ("marts", "publication", "quality", "questions", "reference")
_KEPT_MARTS = ("annex_", "areas", "dim_", "expected_changes", "figures", "inhabitants")
# That a table was built and tested stays known; one that was not as it was built stays a fault.
_FORGET_DROPPED = """
    update fresh.quality.node_results as results
    set relation = null, stored_rows = null
    from duckdb_tables() as dropped
    anti join (from duckdb_tables() where database_name = 'fresh') as kept using (schema_name, table_name)
    where
        dropped.database_name = 'source'
        and results.relation = dropped.schema_name || '.' || dropped.table_name
        and results.stored_rows = dropped.estimated_size
"""


@dataclass(frozen=True)
class Dropped:
    """How many tables and views are gone, and which columns of kept tables are now empty in every row."""

    tables: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class _Column:
    name: str
    type: str
    comment: str | None

    @property
    def is_list(self) -> bool:
        """A list of keys hangs at a figure; a single key means that the row itself is about a record."""
        return self.type.endswith("[]")

    @property
    def is_personal(self) -> bool:
        return MARK in (self.comment or "") or self.name in _KEYS


@dataclass(frozen=True)
class _Table:
    schema: str
    name: str
    sql: str
    comment: str | None
    columns: tuple[_Column, ...]

    @property
    def full_name(self) -> str:
        return f"{_quoted(self.schema)}.{_quoted(self.name)}"

    @property
    def personal(self) -> list[_Column]:
        return [column for column in self.columns if column.is_personal]

    @property
    def is_kept(self) -> bool:
        """Figures stay, and the quality tables for their counts; everything else is row-level."""
        if self.schema == "marts":
            return self.name.startswith(_KEPT_MARTS) and all(column.is_list for column in self.personal)
        return self.schema in _SCHEMAS


def drop_personal_data(path: Path) -> Dropped:
    """Drop from a file; one that is a published or kept version stays so, with a manifest that says it.

    Raises DropError, or PublishError when a publication is under way, and leaves the warehouse as it was.
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
    new file, which then takes the place of the old one in one step. Raises DropError and leaves the
    warehouse as it was.
    """
    if not path.is_file():
        raise DropError(f"There is no warehouse at {path}.")
    # A link would be replaced by a file, and the data stay where it points to.
    path = path.resolve()
    fresh = path.with_name(f".{path.name}.dropping")
    try:
        fresh.unlink(missing_ok=True)
        with duckdb.connect() as connection:
            # Read-write: nobody else has the file open, and what its log still holds is in it.
            connection.execute(f"attach {sql_text(path)} as source (read_write)")
            connection.execute("checkpoint source")
            tables = _tables(connection)
            kept = [table for table in tables if table.is_kept]
            if not any(table.schema == "marts" for table in kept):
                raise DropError(f"{path} is not a built warehouse.")
            connection.execute(f"attach {sql_text(fresh)} as fresh ({storage_options(connection)})")
            for table in kept:
                _copy(connection, table)
            connection.execute("use fresh")
            for statement in answer_functions(connection, "source"):
                connection.execute(statement)
            connection.execute("use memory")
            if any(table.full_name == '"quality"."node_results"' for table in kept):
                connection.execute(_FORGET_DROPPED)
            connection.execute("detach fresh")
            ((views,),) = connection.execute(
                "select count(*) from duckdb_views() where database_name = 'source' and not internal"
            ).fetchall()
            shutil.copymode(path, fresh)
            os.replace(fresh, path)
            # What a killed build was sorting; with the file locked by us, nobody needs it.
            shutil.rmtree(path.with_name(f"{path.name}.tmp"), ignore_errors=True)
    except duckdb.Error as problem:
        reason = (
            "in use by another process" if "lock" in str(problem).lower() else "unreadable or the disk full"
        )
        raise DropError(f"The warehouse {path} is {reason}; nothing was dropped.") from problem
    except OSError as problem:
        raise DropError(f"The warehouse {path} can't be replaced: {problem.strerror}.") from problem
    finally:
        fresh.unlink(missing_ok=True)
        fresh.with_name(f"{fresh.name}.wal").unlink(missing_ok=True)
    emptied = tuple(
        f"{table.schema}.{table.name}.{column.name}" for table in kept for column in table.personal
    )
    return Dropped(len(tables) - len(kept) + views, emptied)


def storage_options(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the options that give a new file the form of the attached `source`: dbt attaches no other."""
    ((block_size, version),) = connection.execute(
        "select block_size, tags['storage_version'] from pragma_database_size()"
        " inner join duckdb_databases() using (database_name) where database_name = 'source'"
    ).fetchall()
    return f"block_size {block_size}, storage_version {sql_text(version.rstrip('+'))}"


def _tables(connection: duckdb.DuckDBPyConnection) -> list[_Table]:
    columns: dict[tuple[str, str], list[_Column]] = {}
    for schema, table, name, kind, comment in connection.execute(
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
        " where database_name = 'source' order by column_index"
    ).fetchall():
        columns.setdefault((schema, table), []).append(_Column(name, kind, comment))
    found = connection.execute(
        "select schema_name, table_name, sql, comment from duckdb_tables()"
        " where database_name = 'source' and not internal order by all"
    ).fetchall()
    return [
        _Table(schema, name, sql, comment, tuple(columns[schema, name]))
        for schema, name, sql, comment in found
    ]


def _copy(connection: duckdb.DuckDBPyConnection, table: _Table) -> None:
    """Write a table with its constraints and comments; personal columns become NULL or an empty list."""
    connection.execute("use fresh")
    connection.execute(f"create schema if not exists {_quoted(table.schema)}")
    connection.execute(table.sql)
    connection.execute("use memory")
    values = ", ".join(map(_kept_value, table.columns))
    connection.execute(f"insert into fresh.{table.full_name} select {values} from source.{table.full_name}")
    if table.comment:
        connection.execute(f"comment on table fresh.{table.full_name} is {sql_text(table.comment)}")
    for column in table.columns:
        if column.comment:
            place = f"fresh.{table.full_name}.{_quoted(column.name)}"
            connection.execute(f"comment on column {place} is {sql_text(column.comment)}")


def _kept_value(column: _Column) -> str:
    if not column.is_personal:
        return _quoted(column.name)
    return f"cast([] as {column.type})" if column.is_list else "null"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
