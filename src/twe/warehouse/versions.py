"""The versions of one published database: where they are kept, and how one takes the place of another.

Beside the database `twe.duckdb` stands the folder `twe.duckdb.versions`:

- `12/manifest.json` and `12/dbt.log` for the published version and for each kept one, `12/twe.duckdb` for
  each kept one;
- `failed.log`, when the last publication failed in dbt;
- `.building/`, only while a publication runs;
- `.lock` and `.number`, the last number given, which stay.

Which version is published follows from the database file alone: the one whose manifest has its SHA-256. So
one rename publishes, and there is no second note that could disagree.
"""

import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from twe.errors import PublishError
from twe.warehouse.files import connect, part_of, sha256, sync, wal_of, write_whole

_MANIFEST = "manifest.json"
_LOG = "dbt.log"
_MEGABYTE = 1_000_000
# Beside a build of the size of the published one and its copy: dbt's artifacts and DuckDB's temporary files.
_ROOM_BYTES = 50 * _MEGABYTE


@dataclass(frozen=True)
class Version:
    """A version by its manifest; the database file is at `database` when the version is a kept one."""

    number: int
    manifest: dict[str, Any]
    database: Path

    @property
    def folder(self) -> Path:
        """Return the folder of the version."""
        return self.database.parent

    @property
    def log(self) -> Path:
        """Return the messages of dbt when it built the version."""
        return self.folder / _LOG

    def is_good(self, file: Path) -> bool:
        """Return whether a file is the database of this version, byte for byte."""
        known = self.manifest["database"]
        try:
            # The size first: it decides most cases without reading the file.
            return bool(file.stat().st_size == known["bytes"] and sha256(file) == known["sha256"])
        except FileNotFoundError:
            # Also when another publication removes it meanwhile, since a list is made without the lock.
            return False


def versions_around(file: Path) -> "Versions":
    """Return the versions that a database file belongs to: as the published one, or as one that was kept."""
    file = file.resolve()
    folder = file.parent.parent
    if file.parent.name.isdecimal() and folder.name == f"{file.name}.versions":
        return Versions(folder.with_name(file.name))
    return Versions(file)


class Versions:
    """The published database and its versions; whoever changes them holds `lock`."""

    def __init__(self, published: Path) -> None:
        """Name the places for a database, which need not exist yet."""
        self.published = published.resolve()
        self.folder = self.published.with_name(f"{self.published.name}.versions")
        self.lock = self.folder / ".lock"
        self.building = self.folder / ".building"
        self.failed_log = self.folder / "failed.log"
        self._number = self.folder / ".number"

    def all(self) -> list[Version]:
        """Return the published and the kept versions, oldest first; folders without manifest are left out."""
        found = []
        for folder in self._folders():
            with suppress(OSError, ValueError, KeyError, TypeError):
                manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
                known = manifest["database"]
                if {"bytes", "sha256"} <= known.keys():
                    found.append(Version(int(folder.name), manifest, folder / self.published.name))
        return sorted(found, key=lambda version: version.number)

    def current(self) -> Version | None:
        """Return the published version; None when the database is missing or isn't what was published."""
        return next((version for version in reversed(self.all()) if version.is_good(self.published)), None)

    def of_file(self, file: Path) -> Version | None:
        """Return the version that a file is, byte for byte, published or kept; None when it is none."""
        return next((version for version in self.all() if version.is_good(file)), None)

    def reseal(self, version: Version, file: Path, note: dict[str, str]) -> None:
        """Let the manifest of a version describe its file as it is now, and say in a note why it differs."""
        known = version.manifest["database"] | {"bytes": file.stat().st_size, "sha256": sha256(file)}
        told = version.manifest | {"database": known} | note
        _write_manifest(version.folder, told)

    def next_number(self) -> int:
        """Return a number that no version of this database ever had."""
        try:
            last = int(self._number.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            last = 0
        return max([last, *(version.number for version in self.all())]) + 1

    def tidy(self) -> None:
        """Remove what an interrupted publication left, and versions whose database is gone."""
        shutil.rmtree(self.building, ignore_errors=True)
        part_of(self._number).unlink(missing_ok=True)
        current, published = self.current(), self.published
        numbers = {version.number for version in self.all()}
        for folder in self._folders():
            database = folder / published.name
            if current and folder == current.folder:
                # Interrupted between keeping the old version and replacing it: the same file under two names.
                database.unlink(missing_ok=True)
            elif (
                int(folder.name) not in numbers
                or not database.is_file()
                or (published.exists() and database.samefile(published))
            ):
                shutil.rmtree(folder, ignore_errors=True)

    def replace(
        self, candidate: Path, number: int, manifest: dict[str, Any], log: Path | None = None
    ) -> None:
        """Publish a finished file as this version in one rename, and keep what was published before.

        `log` is moved beside the manifest.

        At every moment the published name leads to a whole database. What was published before is only kept
        when it still is what its manifest says. OSError when the disk fails; nothing is published then.
        """
        folder = self.folder / str(number)
        folder.mkdir(exist_ok=True)
        write_whole(self._number, f"{max(number, self.next_number() - 1)}\n")
        if not (folder / _MANIFEST).exists():
            _write_manifest(folder, manifest)
        if log:
            log.replace(folder / _LOG)
        sync(self.folder)
        if self.published.exists():
            shutil.copymode(self.published, candidate)
        current = self.current()
        if current:
            _link(self.published, current.database)
            sync(current.folder)
        # The changes in it belong to the old file; DuckDB would replay them into the new one and fail.
        wal_of(self.published).unlink(missing_ok=True)
        candidate.replace(self.published)
        sync(self.published.parent)
        # A version that was brought back had a file of its own.
        (folder / self.published.name).unlink(missing_ok=True)

    def prune(self, keep: int) -> None:
        """Remove the oldest kept versions beyond `keep`; the published one is not among them."""
        kept = [version for version in self.all() if version.database.is_file()]
        for version in kept[: max(len(kept) - keep, 0)]:
            shutil.rmtree(version.folder, ignore_errors=True)

    def refuse_without_room(self) -> None:
        """Refuse to begin on a disk that is about full, rather than to fail half-way."""
        size = self.published.stat().st_size if self.published.exists() else 0
        needed, free = 2 * size + _ROOM_BYTES, shutil.disk_usage(self.folder).free
        if free < needed:
            raise PublishError(
                f"the disk of {self.folder} is full: {free // _MEGABYTE} MB are free,"
                f" a build needs about {needed // _MEGABYTE} MB"
            )

    def refuse_unless_free(self) -> None:
        """Refuse to replace a file that isn't a database, or one that somebody may be writing to.

        Who has the file open for writing would go on writing its changes beside the new file.
        """
        if not self.published.exists():
            return
        try:
            connect(self.published).close()
        except duckdb.Error as problem:
            held = re.search(r"Conflicting lock.*?\(PID (\d+)\)", str(problem))
            if "lock" in str(problem).lower():
                who = f"process {held[1]}" if held else "another process"
                raise PublishError(
                    f"{self.published} is open for writing in {who}; close it, or open it with -readonly."
                ) from problem
            # A published file is whole: then what can't be opened are changes left beside it.
            if self.current():
                return
            raise PublishError(
                f"{self.published} is there but can't be opened as a database; move it away first."
            ) from problem

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [path for path in self.folder.iterdir() if path.name.isdecimal() and path.is_dir()]


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    write_whole(folder / _MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2, default=str) + "\n")


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        # Some file systems know no hard links. A half copy is told by its SHA-256.
        shutil.copyfile(source, target)
        sync(target)
