"""Delimited files in other encodings as UTF-8, which DuckDB reads."""

import codecs
import shutil
from pathlib import Path

from twe.landing.faults import FileFault

_BLOCK_BYTES = 4 * 1024 * 1024
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def without_other_marks(path: Path, folder: Path) -> Path:
    """Return a file without the byte-order marks of UTF-16 and without a second one of UTF-8.

    `path` itself when it is so already; else a copy in `folder`.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(UTF_16):
        return _rewritten(path, folder, "utf-16")
    if start.startswith(2 * codecs.BOM_UTF8):
        return _without_marks(path, folder)
    return path


def from_windows_1252(path: Path, folder: Path) -> Path:
    """Return a copy in UTF-8; FileFault when the file can't be Windows-1252."""
    return _rewritten(path, folder, "cp1252")


def _rewritten(path: Path, folder: Path, encoding: str) -> Path:
    target = folder / "utf-8.csv"
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as file,
        ):
            shutil.copyfileobj(source, file, _BLOCK_BYTES)
    except UnicodeError:
        name = "UTF-16, although it begins so" if encoding == "utf-16" else "UTF-8 or Windows-1252"
        raise FileFault(f"is not {name}") from None
    return target


def _without_marks(path: Path, folder: Path) -> Path:
    target = folder / "utf-8.csv"
    with path.open("rb") as source, target.open("wb") as file:
        start = source.read(_BLOCK_BYTES)
        while start.startswith(codecs.BOM_UTF8):
            start = start.removeprefix(codecs.BOM_UTF8)
        file.write(start)
        shutil.copyfileobj(source, file, _BLOCK_BYTES)
    return target
