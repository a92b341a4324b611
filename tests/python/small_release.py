"""A release of few figures in no time, which may be killed."""

import shutil
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

import duckdb

import twe.protection.job
import twe.release.job
from small_warehouse import kill_at
from twe.export.editions import Edition
from twe.export.job import Format, Order
from twe.export.progress import Progress, progress_bar
from twe.protection.register import content_sha256
from twe.protection.release_file import TABLES, read_release
from twe.protection.releases import Release
from twe.release.job import Options, release

CELLS = 50


def prepare(made: Path, prepared: Path) -> None:
    """Write a draft with the first figures of another release."""
    shutil.copy(made, prepared)
    with duckdb.connect(str(prepared)) as connection:
        connection.execute(
            "delete from publication.publication_values where cell_id not in ("
            f"select cell_id from publication.publication_values order by cell_id limit {CELLS})"
        )
        connection.execute("delete from publication.publication_equations")
        connection.execute(
            "update publication.release set register_id = null, release = null, version = null"
        )


@dataclass(frozen=True)
class Prepared:
    """What is released, instead of a warehouse that is protected."""

    file: Path
    release: Release
    outcome: None = None
    moved: int = 0

    def write(self, path: Path) -> str:
        """Write the draft; its hash is that of another register that holds it."""
        shutil.copy(self.file, path)
        with duckdb.connect(str(path)) as connection:
            content = content_sha256(connection, TABLES)
            connection.execute("update publication.release set content_sha256 = ?", [content])
        return content


def _export(options: Order, formats: Set[Format], progress: Progress) -> list[Path]:
    (options.out / "csv_publiek").mkdir()
    written = [options.out / "bijlagen_publiek.xlsx", options.out / "csv_publiek" / "codes.csv"]
    for path in written:
        path.write_text(f"{path.name} of {_number(options.release)}", encoding="utf-8")
    return written


def _report(options: Order, progress: Progress) -> Path:
    path = options.out / "rapport_publiek.html"
    path.write_text(f"page of {_number(options.release)}", encoding="utf-8")
    return path


def _number(file: Path | None) -> object:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute("select release from publication.release").fetchone()


def release_until(database: Path, prepared: Path, out: Path, step: int | None) -> None:
    """Release what is in the prepared release file, and die just before this step; None for the whole."""
    published = Prepared(prepared, read_release(prepared)[0])
    twe.protection.job.make_safe = lambda *_: published
    twe.release.job.export = _export
    twe.release.job.report = _report
    register = database.with_suffix(".register.duckdb")
    if step is not None:
        kill_at(step, str(database.parent))
    with progress_bar(is_quiet=True) as bar:
        begins = not register.exists()
        wanted = Options(database, out, Edition.PUBLIC, register=register, begins_register=begins)
        release(wanted, bar)
