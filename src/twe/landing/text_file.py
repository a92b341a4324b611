"""Delimited files in other encodings, packed or not, as UTF-8 that DuckDB reads."""

import codecs
import gzip
import shutil
import zlib
from pathlib import Path

from twe.landing.faults import FileFault

MAX_UNPACKED_BYTES = 64 * 1024**3
MAX_RATIO = 1000
_BLOCK_BYTES = 4 * 1024 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def unpacked(path: Path, folder: Path) -> Path:
    """Return the content of a gzip file as a file in `folder`; FileFault when it is broken or too large."""
    target = folder / "unpacked.csv"
    limit = min(MAX_UNPACKED_BYTES, max(MAX_RATIO * path.stat().st_size, _BLOCK_BYTES))
    try:
        with gzip.open(path) as packed, target.open("wb") as file:
            while block := packed.read(_BLOCK_BYTES):
                file.write(block)
                if file.tell() > limit:
                    raise FileFault(f"unpacks to more than {limit // 1024**2} MB; send it unpacked")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileFault("is not a gzip file that can be read to its end") from None
    return target


def without_other_marks(path: Path, folder: Path) -> Path:
    """Return a file in UTF-8 as far as its byte-order marks tell, with at most one mark.

    `path` itself when it is so already; else a copy in `folder`.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_UTF_16):
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
