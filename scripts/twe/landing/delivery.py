"""The folder of a delivery: which files it holds, each looked at before dbt reads it."""

import stat
from collections.abc import Mapping
from functools import cache
from os import stat_result
from pathlib import Path

from twe.landing.csv_file import csv_layout
from twe.landing.faults import FileFault, printable
from twe.landing.parquet_file import parquet_layout
from twe.publishing.files import sha256

FORMATS = ("csv", "parquet")
WILDCARDS = "[*?"

# A build asks for a file several times; only the first look reads it to the end.
_seen: dict[tuple[object, ...], dict[str, object]] = {}


def look_at_delivery(
    folder: str, columns: dict[str, list[str]], known: Mapping[str, Mapping[str, Mapping[str, object]]]
) -> dict[str, object]:
    """Return what the folder holds for the extracts in `columns` (extract: its contract columns).

    `files` maps each extract to its files in the order of their names: name, path, format, bytes, seen_as,
    sha256 and either a layout (csv: delimiter, names; parquet: names, identifiers, types) or `fault`, one
    sentence. `others` maps each extract to names that start like it but end otherwise; they are not read. A
    folder that can't be listed holds nothing.

    `known` maps extracts and file names to the seen_as and sha256 of an earlier look. A file that is still
    the same has `is_known` instead of a layout: it is not opened again, or only for its fingerprint when its
    place or its times on the disk are others.
    """
    root = Path(folder)
    try:
        names = sorted(path.name for path in root.iterdir())
    except (OSError, ValueError):
        names = []
    files: dict[str, list[dict[str, object]]] = {}
    others: dict[str, list[str]] = {}
    for extract, wanted in columns.items():
        read = [(name, kind) for name in names for kind in FORMATS if _is_of(name, extract, kind)]
        before = known.get(extract, {})
        files[extract] = [_looked_at(root, name, kind, wanted, before.get(name, {})) for name, kind in read]
        taken = {name for name, _ in read}
        others[extract] = [
            printable(name)
            for name in names
            if name.lower().startswith(extract) and name not in taken and not (root / name).is_dir()
        ]
    return {"files": files, "others": others}


def literal_path(path: Path) -> str:
    """Return a path in which DuckDB sees no wildcard."""
    return "".join(f"[{character}]" if character in WILDCARDS else character for character in str(path))


def _is_of(name: str, extract: str, kind: str) -> bool:
    return name.startswith(extract) and name.endswith(f".{kind}")


def _looked_at(
    root: Path, name: str, kind: str, columns: list[str], before: Mapping[str, object]
) -> dict[str, object]:
    # An absolute path: no scheme such as s3:// can stand before it.
    path = root.absolute() / name
    found: dict[str, object] = {"name": name, "format": kind}
    try:
        _check_place(root, path)
        found["path"] = literal_path(path)
        if before and _is_same(path, before):
            return found | {"is_known": True}
        return found | _layout(path, kind, columns)
    except FileFault as fault:
        problem = str(fault)
    except (OSError, ValueError) as error:
        problem = f"can't be read ({getattr(error, 'strerror', None) or 'unreadable'})"
    return {
        "name": printable(name),
        "fault": f"The file {printable(name)} in {printable(str(root))} {problem}.",
    }


def _check_place(root: Path, path: Path) -> None:
    """Raise FileFault for what is no file of this folder; nothing is opened."""
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
        raise FileFault("is no regular file")


def _layout(path: Path, kind: str, columns: list[str]) -> dict[str, object]:
    state = path.stat()
    seen_as = _seen_as(state)
    key = (str(path), seen_as, tuple(columns))
    if key not in _seen:
        layout = (
            csv_layout(path, columns) if kind == "csv" else parquet_layout(path, literal_path(path), columns)
        )
        fingerprint = _fingerprint(path, seen_as)
        _seen[key] = {**layout, "bytes": state.st_size, "seen_as": seen_as, "sha256": fingerprint}
    return _seen[key]


def _seen_as(state: stat_result) -> str:
    """Return what changes whenever a file is written, moved or replaced, without opening it."""
    numbers = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return "-".join(str(number) for number in numbers)


def _is_same(path: Path, before: Mapping[str, object]) -> bool:
    seen_as = _seen_as(path.stat())
    return before["seen_as"] == seen_as or before["sha256"] == _fingerprint(path, seen_as)


@cache
def _fingerprint(path: Path, seen_as: str) -> str:
    """Return the SHA-256 of a file as it was at one look: a later state of it has another `seen_as`."""
    return sha256(path)
