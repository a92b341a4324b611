"""Writes the extracts as files: in a temporary folder beside the target, moved into place when complete."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from generator.columns import RECORDED, SCHEMAS

FORMATS = ("csv", "parquet")
_LIST_OPENS = "Files written by tools/generate_raw.py:"
_LIST_ITEM = "- "


class RefusedError(Exception):
    """The target folder holds files of another origin; the message is one sentence for the user."""


class _Sink(Protocol):
    def write(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


class CsvFile:
    """A comma-separated file: UTF-8, LF, a header line, quotes (RFC 4180) only where a value needs them."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        """Create the file and write its header."""
        self._file = path.open("wb")
        self._file.write((",".join(schema.names) + "\n").encode())

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table of any types; NULL becomes an empty value."""
        fields = [_csv_text(column.combine_chunks()) for column in table.columns]
        rest = [pa.array([""] * table.num_rows, pa.string())]
        lines = pc.binary_join_element_wise(*fields, ",")
        lines = pc.binary_join_element_wise(lines, *rest, "\n")
        self._file.write("".join(lines.to_pylist()).encode())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class ParquetFile:
    """A Parquet file, one row group per table written."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        """Create the file with the native types of the schema."""
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table with the schema of the file."""
        self._writer.write_table(table)

    def close(self) -> None:
        """Write the footer and close the file."""
        self._writer.close()


_SINKS: dict[str, Callable[[Path, pa.Schema], _Sink]] = {"csv": CsvFile, "parquet": ParquetFile}


def _csv_text(values: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("s"))
    filled = pc.fill_null(values.cast(pa.string()), "")
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(filled, '"', '""'), '"', "")
    return pc.if_else(pc.match_substring_regex(filled, '[",\r\n]'), quoted, filled)


class Deliveries:
    """The open files of a run: one per extract and year of registration, or one per extract."""

    def __init__(self, folder: Path, kind: str, by_year: bool, files: ExitStack) -> None:
        """Take an empty folder and a stack that closes the files at the end."""
        self._folder, self._kind, self._by_year, self._files = folder, kind, by_year, files
        self._open: dict[str, _Sink] = {}

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        """Append the rows of every extract to the files they belong to."""
        for extract, table in tables.items():
            for name, part in self._parts(extract, table):
                self._sink(name, SCHEMAS[extract]).write(part)

    @property
    def names(self) -> list[str]:
        """Names of the files so far, in alphabetical order."""
        return sorted(self._open)

    def _parts(self, extract: str, table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
        if not self._by_year:
            yield f"{extract}.{self._kind}", table
            return
        years = pc.year(table[RECORDED[extract]])
        for year in sorted(pc.unique(years).to_pylist()):
            yield f"{extract}_{year}.{self._kind}", table.filter(pc.equal(years, year))

    def _sink(self, name: str, schema: pa.Schema) -> _Sink:
        if name not in self._open:
            sink = _SINKS[self._kind](self._folder / name, schema)
            self._files.callback(sink.close)
            self._open[name] = sink
        return self._open[name]


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
    tables: Iterable[Mapping[str, pa.Table]], folder: Path, kind: str, by_year: bool, marker: str, notice: str
) -> list[str]:
    """Write all tables and the marker with the notice into the folder and return the names of the raw files.

    `kind` is "csv" or "parquet". Nothing in the folder changes before every file is complete; the files of an
    earlier run are replaced. Raises RefusedError as `check_target` does, and OSError from the disk.
    """
    check_target(folder, marker)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_beside(folder) as temporary:
        with ExitStack() as files:
            deliveries = Deliveries(temporary, kind, by_year, files)
            for chunk in tables:
                deliveries.write(chunk)
            names = deliveries.names
        listing = "\n".join([_LIST_OPENS, "", *(_LIST_ITEM + name for name in names)])
        (temporary / marker).write_text(f"{notice}\n{listing}\n", encoding="utf-8", newline="\n")
        _move(temporary, folder, [*names, marker], marker)
    return names


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
