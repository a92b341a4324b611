"""The folder of a delivery: which files it holds, each inspected before the database reads it."""

import stat
from dataclasses import dataclass, field
from pathlib import Path

from twe.landing.contract import OPTIONAL_EXTRACTS, Column
from twe.landing.csv_file import csv_layout
from twe.landing.faults import FileFault, printable
from twe.landing.parquet_file import parquet_layout
from twe.warehouse.files import sha256

FORMATS = ("csv", "parquet")
WILDCARDS = "[*?"


@dataclass(frozen=True)
class File:
    """A delivered file that can be read.

    `pattern` is its path as DuckDB has to see it, without wildcards; `names` are the normalised names of its
    columns. CSV files have a `delimiter`, Parquet files DuckDB's `identifiers` and `types`.
    """

    file_id: int
    extract: str
    name: str
    format: str
    pattern: str
    bytes: int
    sha256: str
    names: tuple[str, ...]
    delimiter: str = ""
    identifiers: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def identifier(self, column: str) -> str:
        """Return a column of a Parquet file as a SQL identifier."""
        name = self.identifiers[self.names.index(column)]
        return '"' + name.replace('"', '""') + '"'

    def type(self, column: str) -> str:
        """Return DuckDB's type of a column of a Parquet file."""
        return self.types[self.names.index(column)]


@dataclass
class Delivery:
    """What a folder holds: the files in the order of the extracts and their names, or why it is refused."""

    files: list[File] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """One sentence each."""
    warnings: list[str] = field(default_factory=list)


def inspect_delivery(folder: str, extracts: dict[str, tuple[Column, ...]]) -> Delivery:
    """Return what the folder holds for the extracts; every file is read to its end once.

    A folder that can't be listed holds nothing.
    """
    root = Path(folder)
    try:
        names = sorted(path.name for path in root.iterdir())
    except (OSError, ValueError):
        names = []
    found = Delivery()
    for extract, columns in extracts.items():
        taken = [(name, kind) for name in names for kind in FORMATS if _is_of(name, extract, kind)]
        for name, kind in taken:
            try:
                file = _inspect(root, name, kind, extract, columns, len(found.files) + 1)
            except FileFault as fault:
                found.faults.append(f"The file {printable(name)} in {printable(str(root))} {fault}.")
            else:
                found.files.append(file)
        forms = f"{extract}*.csv or {extract}*.parquet"
        if not taken and extract not in OPTIONAL_EXTRACTS:
            found.faults.append(
                f"The folder {folder} (variable raw_path) does not exist or holds no file {forms}."
            )
        for name in names:
            is_read = name in {name for name, _ in taken}
            if name.lower().startswith(extract) and not is_read and not (root / name).is_dir():
                found.warnings.append(
                    f"The file {printable(name)} in {folder} is not read:"
                    f" its name does not have the form {forms}."
                )
    return found


def literal_path(path: Path) -> str:
    """Return a path in which DuckDB sees no wildcard."""
    return "".join(f"[{character}]" if character in WILDCARDS else character for character in str(path))


def _is_of(name: str, extract: str, kind: str) -> bool:
    return name.startswith(extract) and name.endswith(f".{kind}")


def _inspect(
    root: Path, name: str, kind: str, extract: str, columns: tuple[Column, ...], file_id: int
) -> File:
    # An absolute path: no scheme such as s3:// can stand before it.
    path = root.absolute() / name
    wanted = [column.name for column in columns]
    try:
        _check_place(root, path)
        pattern = literal_path(path)
        size = path.stat().st_size
        layout = csv_layout(path, wanted) if kind == "csv" else parquet_layout(path, pattern, wanted)
        return File(
            file_id,
            extract,
            name,
            kind,
            pattern,
            size,
            sha256(path),
            **layout,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "unreadable"
        raise FileFault(f"can't be read ({reason})") from None


def _check_place(root: Path, path: Path) -> None:
    """Raise FileFault for what isn't a file of this folder; nothing is opened."""
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError:
        raise FileFault("has a name that is not UTF-8") from None
    # DuckDB takes a backslash for a slash as soon as it has to look for wildcards.
    if "\\" in str(path) and set(str(path)) & set(WILDCARDS):
        raise FileFault(f"has a backslash in its path beside one of {WILDCARDS}; rename it")
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise FileFault("is a link to nothing") from None
    if not target.is_relative_to(root.resolve()):
        raise FileFault("is a link to a file outside that folder; only files inside it are read")
    if not stat.S_ISREG(target.stat().st_mode):
        raise FileFault("is not a regular file")
