"""The folder of a delivery: which files it holds, each inspected before the database reads it."""

import csv
import difflib
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

from twe.landing.contract import OPTIONAL_EXTRACTS, Column, Layout
from twe.landing.copies import (
    UTF_16,
    in_utf_8,
    members,
    unpacked,
    without_other_marks,
    xlsx_as_csv,
)
from twe.landing.csv_file import csv_layout
from twe.landing.faults import FileFault, NotUtf8, counted_columns, printable
from twe.landing.header import Header, normalised
from twe.landing.parquet_file import parquet_layout
from twe.warehouse.files import sha256

ENDINGS = (".csv", ".tsv", ".csv.gz", ".parquet", ".xlsx", ".zip")
RENAMED = "columns.csv"
WILDCARDS = "[*?"
_PARQUET, _ZIP, _GZIP = b"PAR1", b"PK\x03\x04", b"\x1f\x8b"


@dataclass(frozen=True)
class File:
    """A delivered file that can be read.

    `encoding` is how a text was written, or xlsx. `pattern` is the path that DuckDB has to read, without
    wildcards: of the file itself, or of a copy that DuckDB can read. `names` are the names of its columns.
    Text files have a `delimiter`, the number of the record with the header and the most `fields` of a record,
    Parquet files DuckDB's `identifiers`, in quotes, and `types`. Size and checksum are those of the file in
    the folder.
    """

    file_id: int
    extract: str
    name: str
    format: str
    pattern: str
    bytes: int
    sha256: str
    names: tuple[str, ...]
    encoding: str = ""
    delimiter: str = ""
    header_record: int = 1
    fields: int = 0
    identifiers: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


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
    found = Delivery()
    try:
        names = sorted(path.name for path in root.iterdir())
    except (OSError, ValueError):
        found.faults.append(f"The folder {folder} (variable raw_path) does not exist or can't be read.")
        return found
    renamed: dict[str, dict[str, str]] = {}
    try:
        renamed = _renamed(root, names, extracts)
    except FileFault as fault:
        found.faults.append(f"In {printable(folder)} {fault}.")
    for extract, columns in extracts.items():
        header = Header(columns, renamed.get(extract, {}))
        is_delivered = False
        for name in names:
            if not name.lower().startswith(extract):
                continue
            for part in _parts(root, name):
                if not part.lower().endswith(ENDINGS):
                    found.warnings.append(_unread(part, folder))
                    continue
                is_delivered = True
                try:
                    _inspect(root, folder, part, extract, header, found)
                except FileFault as fault:
                    found.faults.append(_sentence(part, folder, str(fault)))
        if not is_delivered and extract not in OPTIONAL_EXTRACTS:
            found.faults.append(
                f"The folder {folder} (variable raw_path) holds no file {extract}*"
                f" that ends in {', '.join(ENDINGS)}."
            )
    for name in names:
        is_known = name.lower().startswith((*extracts, RENAMED))
        if name.lower().endswith(ENDINGS) and not is_known and not name.startswith("."):
            near = difflib.get_close_matches(name.lower().partition(".")[0], extracts, 1, 0.6)
            hint = f"; rename it if it holds {near[0]}" if near else ""
            place = f"{printable(name)} in {printable(folder)}"
            found.warnings.append(f"{place} is not read: its name begins with no extract{hint}.")
    return found


def _unread(name: str, folder: str) -> str:
    return (
        f"{printable(name)} in {printable(folder)} is not read: it is not a file that ends in"
        f" {', '.join(ENDINGS)}."
    )


def literal_path(path: Path) -> str:
    """Return a path in which DuckDB sees no wildcard."""
    return "".join(f"[{character}]" if character in WILDCARDS else character for character in str(path))


def _parts(root: Path, name: str) -> Iterator[str]:
    """Yield the paths of an entry of the folder: itself, or what a folder holds that is not empty."""
    if not (root / name).is_dir():
        yield name
        return
    parts = [path.name for path in (root / name).iterdir() if not _is_by_product(path.name)]
    yield from (f"{name}/{part}" for part in sorted(parts)) if parts else [name]


def _is_by_product(name: str) -> bool:
    """Return whether programs write such a file beside data, as `_SUCCESS` and checksums."""
    return name.startswith((".", "_")) or name.lower().endswith(".crc")


def _renamed(
    root: Path, names: list[str], extracts: dict[str, tuple[Column, ...]]
) -> dict[str, dict[str, str]]:
    """Return the contract's names of columns by a supplier's, per extract, from the file columns.csv.

    FileFault when it is not such a file, or names an extract or a column that is not in the contract.
    """
    found: dict[str, dict[str, str]] = {}
    for name in names:
        if name.lower() == RENAMED:
            try:
                with (root / name).open(encoding="utf-8-sig", newline="") as file:
                    rows = [
                        [normalised(row[column]) for column in ("extract", "delivered", "column")]
                        for row in csv.DictReader(file)
                    ]
            except (OSError, ValueError, KeyError, AttributeError, csv.Error):
                raise FileFault(
                    f"{RENAMED} must be a CSV file in UTF-8, with commas and the columns extract, delivered,"
                    " column"
                ) from None
            for number, (extract, delivered, column) in enumerate(rows, start=1):
                if column not in {known.name for known in extracts.get(extract, ())}:
                    raise FileFault(
                        f"row {number} of {RENAMED} names the column {column} of {extract}, which is not in"
                        " the contract"
                    )
                found.setdefault(extract, {})[delivered] = column
    return found


def _inspect(root: Path, folder: str, name: str, extract: str, header: Header, found: Delivery) -> None:
    """Add the file, or those that it holds, and what is wrong inside; FileFault when it can't be opened."""
    # An absolute path: no scheme such as s3:// can stand before it.
    path = root.absolute() / name
    try:
        _check_place(root, path)
        size, checksum = path.stat().st_size, sha256(path)
        for inner, content in _contents(name, path):
            if content is None:
                found.warnings.append(_unread(inner, folder))
                continue
            try:
                kind, pattern, layout, notes = _layout(content, extract, header)
            except FileFault as fault:
                found.faults.append(_sentence(inner, folder, str(fault)))
                continue
            absent = header.absent(layout["names"], is_required=False)
            if absent:
                notes.append(f"lacks the {counted_columns(absent)}: not given in any row")
            found.warnings += [_sentence(inner, folder, note) for note in notes]
            found.files.append(
                File(len(found.files) + 1, extract, inner, kind, pattern, size, checksum, **layout)
            )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "unreadable"
        raise FileFault(f"can't be read ({reason})") from None


def _sentence(name: str, folder: str, text: str) -> str:
    return f"The file {printable(name)} in {printable(folder)} {text}."


def _contents(name: str, path: Path) -> Iterator[tuple[str, Path | None]]:
    """Yield a file, or the files of an archive, with the name under which its rows are known.

    None for a file of an archive that is not read.
    """
    if _start(path) != _ZIP or _is_workbook(path):
        yield name, path
        return
    has_member = False
    for member, content in members(path, _scratch()):
        if any(map(_is_by_product, PurePosixPath(member).parts)):
            continue
        if content is None or not member.lower().endswith(ENDINGS):
            yield f"{name}/{member}", None
            continue
        if _start(content) == _ZIP and not _is_workbook(content):
            raise FileFault(f"holds another archive, {printable(member)}; send its files unpacked")
        has_member = True
        yield f"{name}/{member}", content
    if not has_member:
        raise FileFault(f"holds no file at its top level that ends in {', '.join(ENDINGS[:-1])}")


def _layout(path: Path, extract: str, header: Header) -> tuple[str, str, Layout, list[str]]:
    """Return the format, the path for DuckDB, the layout and what to warn of."""
    notes: list[str] = []
    start = _start(path)
    if start == _PARQUET or (path.suffix.lower() == ".parquet" and start != _ZIP):
        pattern = literal_path(path)
        return "parquet", pattern, parquet_layout(path, pattern, header), notes
    if start == _ZIP or path.suffix.lower() == ".xlsx":
        (text, notes), encoding = xlsx_as_csv(path, _scratch(), extract, header), "xlsx"
    else:
        plain = unpacked(path, _scratch()) if start[:2] == _GZIP else path
        text = without_other_marks(plain, _scratch())
        encoding = "UTF-16" if _start(plain)[:2] in UTF_16 else "UTF-8"
    try:
        layout = csv_layout(text, header) | {"encoding": encoding}
    except NotUtf8:
        text = in_utf_8(text, _scratch(), "cp1252")
        layout = csv_layout(text, header) | {"encoding": "Windows-1252"}
        notes = ["is not UTF-8; it was read as Windows-1252"]
    return "csv", literal_path(text), layout, notes


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


@cache
def _work() -> tempfile.TemporaryDirectory[str]:
    """Return the folder for copies in another form, which this process removes when it ends."""
    return tempfile.TemporaryDirectory(prefix="twe-landing-")


def _scratch() -> Path:
    """Return a new folder in it."""
    return Path(tempfile.mkdtemp(dir=_work().name))


def _check_place(root: Path, path: Path) -> None:
    """Raise FileFault for what isn't a file of this folder; nothing is opened."""
    try:
        str(path).encode("utf-8")
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
