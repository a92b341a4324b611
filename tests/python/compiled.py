"""Warehouses in memory: the project's SQL, compiled once per set of variables and executed without dbt.

A delivery costs about a second of work instead of the fifteen of a build. Hooks, checks of the variables and
data tests of dbt do not run; test_marts_against_oracle.py proves that the tables are the same.
"""

import hashlib
import pickle
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from compiled_sql import CompiledProject, compile_project
from twe.landing.landing import land
from twe.warehouse.compiled import execute
from warehouse import PROJECT, Shared, Tables


@dataclass(frozen=True)
class Warehouse(Tables):
    """A warehouse in memory, gone with its connection."""

    project: CompiledProject
    connection: duckdb.DuckDBPyConnection

    def fetch(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns and the rows of a query."""
        cursor = self.connection.execute(sql)
        return [column[0] for column in cursor.description or []], cursor.fetchall()

    def failing_tests(self) -> dict[str, int]:
        """Return the failing rows of the project's data tests that fail."""
        return self.project.failing_tests(self.connection)

    def stored(self, database: Path) -> Path:
        """Write it into a new file, as a warehouse in which nothing failed."""
        self.connection.execute(f"attach '{database}' as kept (storage_version 'v1.5.0')")
        self.connection.execute(f"copy from database {self.project.catalog} to kept")
        self.connection.execute(
            "create table kept.quality.node_results as select unnest(?) as node, 'success' as status",
            [[f"model.twe_ocmw.{name}" for name in self.project.models]],
        )
        self.connection.execute("detach kept")
        return database


@dataclass(frozen=True)
class Compiler:
    """Compiles a project once per set of variables, for all processes of the session."""

    shared: Shared
    folder: Path = PROJECT
    """The folder of the dbt project, or of a copy of it."""

    def project(
        self, variables: Mapping[str, object] | None = None, *, delivered: bool = True
    ) -> CompiledProject:
        """Return the compiled project, for deliveries or (not `delivered`) for the bundled seeds."""
        given = dict(variables or {}) | ({"raw_path": "delivered"} if delivered else {})
        name = hashlib.sha256(repr((self.folder, sorted(given.items()))).encode()).hexdigest()[:16]

        def make(folder: Path) -> None:
            (folder / "project.pickle").write_bytes(pickle.dumps(compile_project(given, self.folder)))

        return _unpickled(self.shared.once(f"compiled-{name}", make) / "project.pickle")

    def build(
        self,
        folder: Path | None = None,
        variables: Mapping[str, object] | None = None,
        names: Collection[str] | None = None,
    ) -> Warehouse:
        """Return a warehouse of the delivery in `folder`, or of the bundled seeds.

        Of `names` only these models and what they need are built.
        """
        project = self.project(variables, delivered=folder is not None)
        connection = project.connect()
        if folder is not None:
            execute(connection, land(str(folder)).views())
        if earlier := (variables or {}).get("previous_database"):
            connection.execute(f"attach '{earlier}' as earlier_state (read_only)")
        project.build(connection, None if names is None else project.ancestors(names))
        return Warehouse(project, connection)


_LOADED: dict[Path, CompiledProject] = {}


def _unpickled(path: Path) -> CompiledProject:
    if path not in _LOADED:
        _LOADED[path] = pickle.loads(path.read_bytes())
    return _LOADED[path]
