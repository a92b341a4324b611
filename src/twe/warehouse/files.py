"""Files that must survive a power cut, and their fingerprints."""

import hashlib
import os
from pathlib import Path


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; the file is read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk; OSError when the disk fails."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def part_of(path: Path) -> Path:
    """Return where `write_whole` writes before the file is whole."""
    return path.with_name(f"{path.name}.part")


def write_whole(path: Path, text: str) -> None:
    """Write a text file that is there wholly or not at all; OSError when the disk fails."""
    part = part_of(path)
    part.write_text(text, encoding="utf-8")
    sync(part)
    part.replace(path)
    sync(path.parent)


def wal_of(database: Path) -> Path:
    """Return where DuckDB keeps the changes that aren't yet in a database file."""
    return database.with_name(f"{database.name}.wal")
