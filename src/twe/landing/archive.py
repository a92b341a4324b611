"""Archives of delivered files, unpacked within limits."""

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

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
            _check_size(found, path.stat().st_size)
            for number, item in enumerate(sorted(found, key=lambda item: item.filename)):
                target = folder / f"member_{number}{PurePosixPath(item.filename).suffix.lower()}"
                _unpack(archive, item, target)
                yield item.filename, target
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise FileFault("is not a zip archive that can be read to its end without a password") from None


def _is_top_file(item: zipfile.ZipInfo) -> bool:
    # A name with a slash is in a folder, or tries to leave it; Windows writes backslashes.
    return not item.is_dir() and not set(item.filename) & {"/", "\\"} and not item.filename.startswith(".")


def _check_size(found: list[zipfile.ZipInfo], packed: int) -> None:
    if len(found) > MAX_MEMBERS:
        raise FileFault(f"holds more than {MAX_MEMBERS} files")
    size = sum(item.file_size for item in found)
    if size > MAX_UNPACKED_BYTES or size > max(MAX_RATIO * packed, _BLOCK_BYTES):
        raise FileFault(f"unpacks to {size // 1024**2} MB, more than is safe; send the files unpacked")


def _unpack(archive: zipfile.ZipFile, item: zipfile.ZipInfo, target: Path) -> None:
    """Write a member; no more than the archive said, whatever its content unpacks to."""
    left = item.file_size
    with archive.open(item) as source, target.open("wb") as file:
        while block := source.read(_BLOCK_BYTES):
            left -= len(block)
            if left < 0:
                raise FileFault("unpacks to more than it says")
            file.write(block)
