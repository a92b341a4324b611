"""Writes the extracts as files: in a temporary folder beside the target, moved into place when complete."""

import csv
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from generator.columns import KEYS, RECORDED, SCHEMAS, Table

FORMATS = {"csv": "format csv", "parquet": "format parquet, compression zstd, compression_level 1"}
"""The options of DuckDB's COPY for each kind of file."""

_LIST_OPENS = "Files written by tools/generate_raw.py:"
_LIST_ITEM = "- "


class RefusedError(Exception):
    """The target folder holds files of another origin; the message is one sentence for the user."""


class Deliveries:
    """The rows of a run, in DuckDB until all are there."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take a connection to an empty database."""
        self._connection = connection
        for extract, schema in SCHEMAS.items():
            types = (f"{name} {'bigint' if name in KEYS else of}" for name, of in schema.items())
            connection.execute(f"create table {extract} ({', '.join(types)})")

    def add(self, tables: Mapping[str, Table]) -> None:
        """Append the rows of every extract."""
        for extract, table in tables.items():
            # DuckDB reads seconds, not days.
            self._connection.register(
                "content",
                {
                    name: values.astype("datetime64[s]") if values.dtype.kind == "M" else values
                    for name, values in table.items()
                },
            )
            self._connection.execute(f"insert into {extract} by name from content")
            self._connection.unregister("content")

    def write(self, folder: Path, kind: str, by_year: bool) -> list[str]:
        """Write a file per extract, or per extract and year of registration, and return their names."""
        names = []
        for extract, schema in SCHEMAS.items():
            keys = ", ".join(f"printf('{KEYS[name]}', {name}) as {name}" for name in schema if name in KEYS)
            year = f"year({RECORDED[extract]})"
            years = self._connection.execute(f"select distinct {year} from {extract} order by 1").fetchall()
            parts = [(f"_{value}", f"{year} = {value}") for (value,) in years] if by_year else [("", "true")]
            for suffix, condition in parts:
                names.append(f"{extract}{suffix}.{kind}")
                self._connection.execute(
                    f"copy (select * replace ({keys}) from {extract} where {condition}) "
                    f"to ? ({FORMATS[kind]})",
                    [str(folder / names[-1])],
                )
        return sorted(names)


def check_target(folder: Path, marker: str) -> None:
    """Raise RefusedError when the folder holds raw_* files or a marker that an earlier run did not write."""
    if folder.exists() and not folder.is_dir():
        raise RefusedError(f"{folder} is not a folder.")
    own = _own_files(folder, marker)
    foreign = sorted(path.name for path in folder.glob("raw_*") if path.name not in own)
    if foreign:
        raise RefusedError(
            f"{folder} holds {foreign[0]}, which this program did not write; choose another folder."
        )
    if (folder / marker).exists() and not own:
        raise RefusedError(
            f"{folder} holds a {marker} that this program did not write; choose another folder."
        )


def write_deliveries(
    tables: Iterable[Mapping[str, Table]],
    texts: Mapping[str, list[dict[str, str]]],
    folder: Path,
    kind: str,
    by_year: bool,
    marker: str,
    notice: str,
) -> list[str]:
    """Write all tables and the marker with the notice into the folder and return the names of the raw files.

    `kind` is "csv" or "parquet"; `texts` are rows for the end of the CSV file of an extract. Nothing in the
    folder changes before every file is complete; the files of an earlier run are replaced. Raises
    RefusedError as `check_target` does, and OSError or duckdb.Error from the disk.
    """
    check_target(folder, marker)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_beside(folder) as temporary:
        with _database(temporary) as connection:
            deliveries = Deliveries(connection)
            for chunk in tables:
                deliveries.add(chunk)
            names = deliveries.write(temporary, kind, by_year)
        for extract, rows in texts.items():
            with (temporary / f"{extract}.csv").open("a", encoding="utf-8", newline="") as file:
                csv.DictWriter(file, SCHEMAS[extract], lineterminator="\n").writerows(rows)
        listing = "\n".join([_LIST_OPENS, "", *(_LIST_ITEM + name for name in names)])
        (temporary / marker).write_text(f"{notice}\n{listing}\n", encoding="utf-8", newline="\n")
        _move(temporary, folder, [*names, marker], marker)
    return names


def _database(temporary: Path) -> duckdb.DuckDBPyConnection:
    """Open a database in memory; what doesn't fit waits in a folder.

    One thread: the same rows give the same bytes. No sample: objects are text, whatever the first ones are.
    """
    return duckdb.connect(
        config={
            "memory_limit": "1GB",
            "temp_directory": str(temporary),
            "threads": 1,
            "pandas_analyze_sample": 0,
        }
    )


@contextmanager
def _temporary_beside(folder: Path) -> Iterator[Path]:
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _move(temporary: Path, folder: Path, names: list[str], marker: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in _own_files(folder, marker):
        (folder / name).unlink(missing_ok=True)
    for name in names:
        os.replace(temporary / name, folder / name)


def _own_files(folder: Path, marker: str) -> set[str]:
    """Return the raw files that the marker of an earlier run lists."""
    path = folder / marker
    if not path.is_file():
        return set()
    _, found, listing = path.read_text(encoding="utf-8", errors="replace").partition(_LIST_OPENS)
    names = [line.removeprefix(_LIST_ITEM) for line in listing.splitlines() if line.startswith(_LIST_ITEM)]
    return {name for name in names if found and name.startswith("raw_") and Path(name).name == name}
