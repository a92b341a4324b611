"""Packed files, unpacked within limits."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from twe.landing.faults import FileFault

MAX_MEMBERS = 1000
MAX_UNPACKED_BYTES = 64 * 1024**3
MAX_RATIO = 1000
_BLOCK_BYTES = 4 * 1024 * 1024


def members(path: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name of every file at the top level of a zip archive and its content, a file in `folder`.

    FileFault when the archive is broken, locked, or larger than the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = [item for item in archive.infolist() if _is_top_file(item)]
            if len(found) > MAX_MEMBERS:
                raise FileFault(f"holds more than {MAX_MEMBERS} files")
            size = sum(item.file_size for item in found)
            if size > _most_bytes(path):
                raise FileFault(
                    f"unpacks to {size // 1024**2} MB, more than is safe; send the files unpacked"
                )
            for number, item in enumerate(sorted(found, key=lambda item: item.filename)):
                target = folder / f"member_{number}{PurePosixPath(item.filename).suffix.lower()}"
                with archive.open(item) as content:
                    # No more than the archive said, whatever its content unpacks to.
                    _copy(content, target, item.file_size)
                yield item.filename, target
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise FileFault("is not a zip archive that can be read to its end without a password") from None


def unpacked(path: Path, folder: Path) -> Path:
    """Return the content of a gzip file as a file in `folder`; FileFault when it is broken or too large."""
    target = folder / "unpacked.csv"
    try:
        with gzip.open(path) as content:
            _copy(content, target, _most_bytes(path))
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileFault("is not a gzip file that can be read to its end") from None
    return target


def _is_top_file(item: zipfile.ZipInfo) -> bool:
    # A name with a slash is in a folder, or tries to leave it; Windows writes backslashes.
    return not item.is_dir() and not set(item.filename) & {"/", "\\"} and not item.filename.startswith(".")


def _most_bytes(path: Path) -> int:
    """Return how large the content of a packed file may be."""
    return min(MAX_UNPACKED_BYTES, max(MAX_RATIO * path.stat().st_size, _BLOCK_BYTES))


def _copy(content: IO[bytes] | gzip.GzipFile, target: Path, most_bytes: int) -> None:
    """Write a content to a file; FileFault when it is larger."""
    left = most_bytes
    with target.open("wb") as file:
        while block := content.read(_BLOCK_BYTES):
            left -= len(block)
            if left < 0:
                raise FileFault(f"unpacks to more than {most_bytes // 1024**2} MB; send it unpacked")
            file.write(block)
