"""How the tests build a warehouse with dbt and read what came out; compiled.py builds one without dbt."""

import json
import multiprocessing
import os
import shutil
import sys
import tempfile
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

PROJECT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 3600  # far beyond any build on a busy machine
# They check the code, which no delivery changes.
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
# Imports are much of a short command: a process that has done them is forked for every one.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb", "agate", "small_release"])

Row = dict[str, object]


class Tables(ABC):
    """The tables of a built warehouse."""

    @abstractmethod
    def fetch(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns and the rows of a query."""

    def query(self, sql: str) -> list[Row]:
        """Return the rows of a query."""
        names, rows = self.fetch(sql)
        return [dict(zip(names, values, strict=True)) for values in rows]

    def table(self, name: str) -> list[Row]:
        """Return all rows of a table, for instance `marts.annex_1_started_trajectories`."""
        return self.query(f"select * from {name}")

    def types(self, name: str) -> dict[str, str]:
        """Return the column types of a table, in its own order."""
        return {str(row["column_name"]): str(row["column_type"]) for row in self.query(f"describe {name}")}

    def quarantine(self) -> dict[tuple[str, str, int], frozenset[str]]:
        """Return the reasons by (extract, source_file, source_row); ValueError for a row held twice."""
        found: dict[tuple[str, str, int], frozenset[str]] = {}
        for row in self.table("quality.quarantine"):
            key = (str(row["extract"]), str(row["source_file"]), int(str(row["source_row"])))
            if key in found:
                raise ValueError(f"{key} is in the quarantine more than once")
            found[key] = _reasons(row["reasons"])
        return found

    def balance(self) -> dict[str, tuple[int, int, int]]:
        """Return (delivered, accepted, quarantined) by extract."""
        return {
            str(row["extract"]): (
                int(str(row["delivered"] or 0)),
                int(str(row["accepted"] or 0)),
                int(str(row["quarantined"] or 0)),
            )
            for row in self.table("quality.balance")
        }

    def warned(self) -> dict[str, set[str]]:
        """Return the record keys with a warning, by extract."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.table("quality.warnings"):
            found[str(row["extract"])].add(str(row["record_key"]))
        return found


@dataclass(frozen=True)
class Build(Tables):
    """One finished dbt command: its exit code, what it said and the database it wrote."""

    exit_code: int
    output: str
    database: Path

    def fetch(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns and the rows of a query on the database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            cursor = connection.execute(sql)
            return [column[0] for column in cursor.description or []], cursor.fetchall()


@dataclass(frozen=True)
class Said:
    """How a dbt command ended, and what it said."""

    exit_code: int
    output: str


def dbt(*words: object, **environment: str) -> Said:
    """Run a dbt command in a process of its own, in the folder of the project.

    It writes no manifest.json, a quarter of a short command, unless DBT_WRITE_JSON is set.
    """
    variables = {"DBT_WRITE_JSON": "false"} | os.environ | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    variables |= environment
    with tempfile.NamedTemporaryFile() as said:
        code = forked(_command, [str(word) for word in words], variables, said.name)
        return Said(code, Path(said.name).read_text(encoding="utf-8"))


def forked(function: Callable[..., None], *arguments: object) -> int:
    """Run a function in a process of its own; return its exit code, below 0 when a signal ended it."""
    process = _FORKS.Process(target=function, args=arguments)
    process.start()
    process.join(TIMEOUT_SECONDS)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(f"{function} of {arguments} took more than {TIMEOUT_SECONDS} seconds.")
    return process.exitcode


def _command(words: list[str], environment: Mapping[str, str], said: str) -> None:
    with open(said, "w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(PROJECT)
    sys.argv = ["dbt", *words]
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import cli

    try:
        cli()
    finally:
        DuckDBConnectionManager.close_all_connections()  # a forked process ends without doing so


@dataclass(frozen=True)
class Shared:
    """A folder of all processes of the session, in which each thing is made once."""

    folder: Path

    def once(self, name: str, make: Callable[[Path], None]) -> Path:
        """Return the folder `name`, which `make` fills if no process did so before."""
        path = self.folder / name
        with FileLock(self.folder / f"{name}.lock"):
            if not path.with_suffix(".made").exists():
                shutil.rmtree(path, ignore_errors=True)
                path.mkdir()
                make(path)
                path.with_suffix(".made").touch()
        return path


def _reasons(value: object) -> frozenset[str]:
    items = value if isinstance(value, list) else str(value).split(",")
    return frozenset(str(item).strip() for item in items)


@dataclass
class Builder:
    """Runs dbt in the project with every by-product under `workspace`.

    dbt parses the project again when a variable or the database differs from the build before, which costs
    as much as the build. So all builds of a session share one target folder, one path of the delivery and one
    path of the database; what a build wrote is moved out of the way of the next.
    """

    workspace: Path
    project: Path = PROJECT
    """The folder of the dbt project, or of a copy of it."""
    built: int = field(default=0, init=False)

    def build(self, folder: Path | None = None, variables: Mapping[str, object] | None = None) -> Build:
        """Build seeds and models, without the project's own data tests."""
        return self.run(folder, variables, "--exclude-resource-type", "test", "unit_test")

    def run(self, folder: Path | None, variables: Mapping[str, object] | None, *options: str) -> Build:
        """Run `dbt build` with a fresh database; `folder` becomes `raw_path` unless it is None."""
        self.built += 1
        database = self.workspace / "current.duckdb"
        given: dict[str, object] = {}
        if folder is not None:
            delivery = self.workspace / "map d'été [1]"
            shutil.rmtree(delivery, ignore_errors=True)
            shutil.copytree(folder, delivery)
            given["raw_path"] = str(delivery)
            # Many test deliveries are mostly invalid on purpose.
            given["max_quarantined_share"] = 1
        given |= variables or {}
        done = dbt(
            *("--no-use-colors", "--log-path", self.workspace / "logs", "build"),
            *("--project-dir", self.project, "--profiles-dir", self.project),
            *("--target-path", self.workspace / "target", "--vars", as_yaml(given), *options),
            TWE_DATABASE=str(database),
        )
        kept = self.workspace / f"build_{self.built}.duckdb"
        if database.exists():
            database.rename(kept)
        return Build(done.exit_code, done.output, kept)


def copied_project(folder: Path) -> Path:
    """Copy what dbt reads of the project into a new folder; the Python that it loads stays where it is."""
    for name in ("macros", "models", "seeds", "tests/generic", "tests/singular"):
        shutil.copytree(PROJECT / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, folder)
    (folder / "src").symlink_to(PROJECT / "src")
    return folder


def as_yaml(variables: Mapping[str, object]) -> str:
    """Write variables the way people type them: dates bare, so that YAML reads them as dates."""
    return "{" + ", ".join(f"{name}: {_yaml_value(value)}" for name, value in variables.items()) + "}"


def _yaml_value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return as_yaml({str(name): inner for name, inner in value.items()})
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_yaml_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
