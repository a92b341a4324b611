"""Dropping the row-level data of a built warehouse, so that the exporter can still read it."""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from twe.errors import TweError
from twe.warehouse.files import sql_text, wal_of
from twe.warehouse.lock import hold
from twe.warehouse.versions import versions_around

MARK = "Personal data"
"""In the description of every column about one person, and so in the database."""
_KEYS = ("client_id", "trajectory_id", "line_id", "claim_id", "spell_id", "transmission_id")
_SCHEMAS = ("marts", "publication", "quality", "questions", "reference")
_KEPT_MARTS = "^(annex_|areas|dim_|expected_changes|figures|inhabitants)"
# Figures stay, and the quality tables for their counts; everything else is row-level. A list of keys hangs at
# a figure and is emptied; a single key in a mart means that the row itself is about a record.
_TABLES = """
    with columns as (
        select
            *, format('"{}"', column_name) as quoted,
            contains(coalesce(comment, ''), $mark) or column_name in $keys as is_personal,
            data_type like '%[]' as is_list
        from duckdb_columns()
        where database_name = 'source' and not internal
    )
    select
        format('"{}"."{}"', schema_name, table_name) as place,
        schema_name in $schemas and (
            schema_name <> 'marts'
            or regexp_matches(table_name, $kept_marts) and bool_and(is_list or not is_personal)
        ) as is_kept,
        string_agg(
            case
                when not is_personal then quoted
                when is_list then format('cast([] as {})', data_type)
                else 'null'
            end,
            ', ' order by column_index
        ) as kept_values,
        list(concat_ws('.', schema_name, table_name, column_name) order by column_index)
            filter (is_personal) as emptied
    from columns
    semi join (from duckdb_tables() where database_name = 'source') as tables using (schema_name, table_name)
    group by schema_name, table_name
    order by schema_name, table_name
"""
# The other functions of the warehouse read records.
_OTHERS = """
    select format('view fresh."{}"."{}"', schema_name, view_name)
    from duckdb_views() where database_name = 'fresh' and not internal
    union all
    select distinct
        replace(function_type, 'table_macro', 'macro table')
        || format(' fresh."{}"."{}"', schema_name, function_name)
    from duckdb_functions()
    where
        database_name = 'fresh' and not internal
        and function_name not in ('answers', 'publication_equations')
    union all
    select format('type fresh."{}"."{}"', schema_name, type_name)
    from duckdb_types() where database_name = 'fresh' and not internal
    union all
    select format('schema fresh."{}" cascade', schema_name)
    from duckdb_schemas() where database_name = 'fresh' and not internal and schema_name not in $schemas
"""
_RESULTS = '"quality"."node_results"'
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
    if not path.is_file():
        raise TweError(f"There is no warehouse at {path}.")
    # A link would be replaced by a file, and the data stay where it points to.
    path = path.resolve()
    fresh = path.with_name(f".{path.name}.dropping")
    try:
        fresh.unlink(missing_ok=True)
        with duckdb.connect() as connection:
            # Read-write: nobody else has the file open, and what its log still holds is in it.
            connection.execute(f"attach {sql_text(path)} as source (read_write)")
            connection.execute("checkpoint source")
            names = {"mark": MARK, "keys": _KEYS, "schemas": _SCHEMAS, "kept_marts": _KEPT_MARTS}
            tables = connection.execute(_TABLES, names).fetchall()
            kept = {place: (values, emptied) for place, is_kept, values, emptied in tables if is_kept}
            if not any(place.startswith('"marts".') for place in kept):
                raise TweError(f"{path} is not a built warehouse.")
            connection.execute(f"attach {sql_text(fresh)} as fresh ({storage_options(connection)})")
            connection.execute("copy from database source to fresh (schema)")
            # First what goes: none of it may get into a block of the file.
            for place in (place for place, *_ in tables if place not in kept):
                connection.execute(f"drop table fresh.{place}")
            others = connection.execute(_OTHERS, {"schemas": _SCHEMAS}).fetchall()
            for (other,) in others:
                connection.execute(f"drop {other}")
            for place, (values, _) in kept.items():
                connection.execute(f"insert into fresh.{place} select {values} from source.{place}")
            if _RESULTS in kept:  # version 1.0.0 had none
                connection.execute(_FORGET_DROPPED)
            connection.execute("detach fresh")
            shutil.copymode(path, fresh)
            os.replace(fresh, path)
            # What a killed build was sorting; with the file locked by us, nobody needs it.
            shutil.rmtree(path.with_name(f"{path.name}.tmp"), ignore_errors=True)
    except duckdb.Error as problem:
        reason = (
            "in use by another process" if "lock" in str(problem).lower() else "unreadable or the disk full"
        )
        raise TweError(f"The warehouse {path} is {reason}; nothing was dropped.") from problem
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
