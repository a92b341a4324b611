"""The files that figures come from, with their size and SHA-256."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from twe.project import PROJECT
from twe.warehouse.files import sha256


@dataclass(frozen=True)
class InputFile:
    """A file that a build reads: its name without folder (seeds: path in the project), bytes and SHA-256."""

    name: str
    bytes: int
    sha256: str

    def is_at(self, path: Path) -> bool:
        """Return whether the file at this path is the one that was read, byte for byte."""
        return path.is_file() and path.stat().st_size == self.bytes and sha256(path) == self.sha256


def delivered(connection: duckdb.DuckDBPyConnection) -> list[InputFile]:
    """Return the delivered files as a build read them, in the order of their names; none of bundled data."""
    found = connection.execute(
        "select source_file, bytes, sha256 from staging.stg_delivered_files"
        " where sha256 is not null order by source_file"
    ).fetchall()
    return [InputFile(*row) for row in found]


def seeds(with_raw: bool) -> list[InputFile]:
    """Return the reference data of the project and, with `with_raw`, the bundled demonstration delivery."""
    folders = [PROJECT / "seeds/raw"] if with_raw else []
    paths = [path for folder in (*folders, PROJECT / "seeds/reference") for path in folder.glob("*.csv")]
    return [
        InputFile(str(path.relative_to(PROJECT)), path.stat().st_size, sha256(path)) for path in sorted(paths)
    ]
