"""The files that figures come from, with their size and fingerprint."""

import os
from dataclasses import dataclass
from pathlib import Path

from twe.publishing.dbt import PROJECT
from twe.publishing.files import sha256

_ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True)
class InputFile:
    """A file that a build reads: its name without folder (seeds: path in the project), bytes and SHA-256."""

    name: str
    bytes: int
    sha256: str


def delivered(folder: Path) -> list[InputFile]:
    """Return the files in the folder of a delivery that could be an extract; OSError when unreadable."""
    return [
        _input(path, path.name)
        for path in sorted(folder.iterdir())
        if path.suffix in _ENDINGS and path.is_file()
    ]


def seeds(with_raw: bool) -> list[InputFile]:
    """Return the reference data of the project and, with `with_raw`, the bundled demonstration delivery."""
    folders = [PROJECT / "seeds/raw"] if with_raw else []
    paths = [path for folder in (*folders, PROJECT / "seeds/reference") for path in folder.glob("*.csv")]
    return [_input(path, str(path.relative_to(PROJECT))) for path in sorted(paths)]


def _input(path: Path, name: str) -> InputFile:
    # A name that isn't UTF-8 can't be stored as a text.
    readable = os.fsencode(name).decode("utf-8", "backslashreplace")
    return InputFile(readable, path.stat().st_size, sha256(path))
