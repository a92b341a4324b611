"""The SQL of the dbt project, compiled once per set of variables and executed in DuckDB without dbt.

dbt only compiles. Seeds, models and data tests then run in a database in memory, in the order of their
references: a second or two of work where dbt takes ten.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from twe.project import PROJECT

DELIVERY = "/delivery"
"""Value of variable raw_path while compiling: the SQL depends on whether there is one, not on which."""


class CompileError(Exception):
    """dbt can't compile the project, or the project has something that this module can't execute."""


@dataclass(frozen=True)
class Seed:
    """A CSV file of the project, and the table that it becomes."""

    name: str
    relation: str
    path: Path
    types: Mapping[str, str]

    def statements(self) -> Iterator[str]:
        """Yield the statements that make the table."""
        columns = ", ".join(f"{name} {type_}" for name, type_ in self.types.items())
        yield f"create or replace table {self.relation} ({columns})"
        yield f"copy {self.relation} from {literal(self.path)} (format csv, header, delimiter ',')"


@dataclass(frozen=True)
class Model:
    """A compiled model. `columns` are those of an enforced contract, with their types; none without one."""

    name: str
    relation: str
    sql: str
    parents: tuple[str, ...]
    columns: Mapping[str, str]
    definition: str
    """Columns and constraints of the table of a contract, as dbt writes them."""
    parameters: str | None
    """Those of a table function; None for a table."""

    def statements(self) -> Iterator[str]:
        """Yield the statements with which dbt makes the table or the table function."""
        if self.parameters is not None:
            yield f"create or replace function {self.relation}({self.parameters}) as table ({self.sql}\n)"
        elif self.columns:
            names = ", ".join(self.columns)
            yield f"create or replace table {self.relation} {self.definition}"
            yield f"insert into {self.relation} ({names}) select {names} from ({self.sql}\n)"
        else:
            yield f"create or replace table {self.relation} as ({self.sql}\n)"

    def contract_breaches(self, connection: duckdb.DuckDBPyConnection) -> list[str]:
        """Return where the SQL has other columns or types than the contract, as dbt compares them."""
        if not self.columns:
            return []
        casts = ", ".join(f"cast(null as {type_}) as {name}" for name, type_ in self.columns.items())
        wanted, got = (
            dict(row[:2] for row in connection.execute(f"describe ({sql}\n)").fetchall())
            for sql in (f"select {casts}", self.sql)
        )
        return [
            f"{self.name}.{name}: contract {wanted.get(name)}, SQL {got.get(name)}"
            for name in sorted(wanted.keys() | got.keys())
            if wanted.get(name) != got.get(name)
        ]


@dataclass(frozen=True)
class DataTest:
    """A compiled data test; it passes when its query returns no rows."""

    name: str
    sql: str
    parents: tuple[str, ...]

    def failures(self, connection: duckdb.DuckDBPyConnection) -> int:
        """Return the number of failing rows."""
        ((rows,),) = connection.execute(f"select count(*) from ({self.sql}\n)").fetchall()
        return int(rows)


@dataclass(frozen=True)
class CompiledProject:
    """Seeds, models in the order in which they can be built, and data tests, all by their names."""

    seeds: Mapping[str, Seed]
    models: Mapping[str, Model]
    tests: Mapping[str, DataTest]
    catalog: str
    schemas: tuple[str, ...]
    settings: Mapping[str, Any]
    """Settings of a connection to DuckDB, from profiles.yml."""

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a connection to a new database in memory, with the schemas and the seeds in it."""
        # Small tables are built fastest by one thread.
        connection = duckdb.connect(config={"threads": 1})
        connection.execute(f"attach ':memory:' as {self.catalog}")
        self.prepare(connection)
        return connection

    def prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Set up a connection and make the schemas and the seeds in its catalog."""
        connection.execute(f"use {self.catalog}")
        for name, value in self.settings.items():
            connection.execute(f"set {name} = {literal(value)}")
        for schema in self.schemas:
            connection.execute(f"create schema if not exists {schema}")
        for seed in self.seeds.values():
            execute(connection, seed.statements())

    def build(self, connection: duckdb.DuckDBPyConnection, names: Collection[str] | None = None) -> None:
        """Make the models, or only those with `names`; the landing must be there."""
        for model in self.models.values():
            if names is None or model.name in names:
                execute(connection, model.statements())

    def ancestors(self, names: Iterable[str]) -> set[str]:
        """Return the models with `names` and all models that they need."""
        found: set[str] = set()
        waiting = [name for name in names if name in self.models]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [parent for parent in self.models[name].parents if parent in self.models]
        return found

    def failing_tests(
        self, connection: duckdb.DuckDBPyConnection, names: Collection[str] | None = None
    ) -> dict[str, int]:
        """Return the failing rows of the data tests that fail, of all or of those with `names`."""
        counted = {
            test.name: test.failures(connection)
            for test in self.tests.values()
            if names is None or test.name in names
        }
        return {name: rows for name, rows in counted.items() if rows}

    def contract_breaches(self, connection: duckdb.DuckDBPyConnection) -> list[str]:
        """Return every difference between the models and their contracts; the models must be built."""
        return [breach for model in self.models.values() for breach in model.contract_breaches(connection)]


def compile_project(variables: Mapping[str, object], project: Path = PROJECT) -> CompiledProject:
    """Compile the project, for deliveries with any `raw_path` among the variables, else for the bundled data.

    Raises CompileError when dbt can't.
    """
    given = {name: DELIVERY if name == "raw_path" else value for name, value in variables.items()}
    with dbt_in_memory("compile", project, "--vars", json.dumps(given, default=str)) as dbt:
        return from_nodes(dbt.nodes, project)


@dataclass(frozen=True)
class Dbt:
    """A dbt command that ended well in this process: what it read, and the nodes that it processed."""

    manifest: Any
    config: Any
    nodes: list[Any]


@contextlib.contextmanager
def dbt_in_memory(command: str, project: Path, *options: str) -> Iterator[Dbt]:
    """Run a dbt command in this process on a database in memory, which lives as long as this context.

    Nothing is written into the project, and the process stays as it was. Raises CompileError when dbt can't.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.exceptions import ExceptionExit, ResultExit
    from dbt.cli.main import cli

    folder, database = Path.cwd(), os.environ.get("TWE_DATABASE")
    os.environ["TWE_DATABASE"] = ":memory:"
    try:
        with tempfile.TemporaryDirectory(prefix="twe-dbt-") as work:
            arguments = ["--quiet", "--log-path", work, "--log-level", "none", "--log-level-file", "none"]
            arguments += [command, "--project-dir", str(project), "--profiles-dir", str(project)]
            arguments += ["--target-path", work, "--no-write-json", *options]
            context = cli.make_context(cli.name, list(arguments))
            context.obj = {"manifest": None, "callbacks": [], "dbt_runner_command_args": arguments}
            try:
                result, _ = cli.invoke(context)
            except ExceptionExit as problem:
                raise CompileError(f"dbt {command} failed in {project}: {problem.exception}") from problem
            except ResultExit as problem:
                results: Any = problem.result
                failed = [f"{each.node.name}: {each.message}" for each in results.results if each.message]
                raise CompileError(f"dbt {command} failed in {project}: {'; '.join(failed)}") from problem
            nodes = [each.node for each in getattr(result, "results", [])]
            yield Dbt(context.obj["manifest"], context.obj["runtime_config"], nodes)
    finally:
        connections: Any = DuckDBConnectionManager
        connections.close_all_connections()
        os.chdir(folder)
        os.environ.pop("TWE_DATABASE")
        if database is not None:
            os.environ["TWE_DATABASE"] = database


def from_nodes(nodes: Iterable[Any], project: Path = PROJECT) -> CompiledProject:
    """Return the project of the compiled nodes of dbt."""
    by_type: dict[str, list[Any]] = {"seed": [], "model": [], "test": []}
    for node in nodes:
        by_type.get(str(node.resource_type), []).append(node)
    tables = by_type["seed"] + by_type["model"]
    return CompiledProject(
        seeds={node.name: _seed(node, project) for node in by_type["seed"]},
        models={node.name: _model(node) for node in _in_order(by_type["model"])},
        tests={
            node.name: DataTest(node.name, node.compiled_code, _parents(node)) for node in by_type["test"]
        },
        catalog=tables[0].database,
        schemas=tuple(sorted({node.schema for node in tables})),
        settings=_settings(project),
    )


def _seed(node: Any, project: Path) -> Seed:
    path = project / node.original_file_path
    with path.open(encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    if set(names) - set(node.config.column_types):
        raise CompileError(f"The seed {node.name} has columns without a type in its column_types.")
    return Seed(node.name, node.relation_name, path, {name: node.config.column_types[name] for name in names})


def _model(node: Any) -> Model:
    from dbt.adapters.duckdb.impl import DuckDBAdapter

    is_function = node.config.materialized == "table_function"
    if not is_function and node.config.materialized != "table":
        raise CompileError(f"The model {node.name} is neither a table nor a table function.")
    columns, definition = {}, ""
    if node.config.contract.enforced:
        raw = {name: column.to_dict(omit_none=True) for name, column in node.columns.items()}
        constraints = [constraint.to_dict(omit_none=True) for constraint in node.constraints]
        columns = {name: column.data_type for name, column in node.columns.items()}
        parts = DuckDBAdapter.render_raw_columns_constraints(raw_columns=raw)
        parts += DuckDBAdapter.render_raw_model_constraints(raw_constraints=constraints)
        definition = f"({', '.join(parts)})"
    parameters = node.config.get("parameters") or ""
    if not isinstance(parameters, str):
        parameters = ", ".join(parameters)
    return Model(
        name=node.name,
        relation=node.relation_name,
        sql=node.compiled_code,
        parents=_parents(node),
        columns=columns,
        definition=definition,
        parameters=parameters if is_function else None,
    )


def _parents(node: Any) -> tuple[str, ...]:
    return tuple(name.rsplit(".", 1)[-1] for name in node.depends_on.nodes)


def _in_order(models: list[Any]) -> list[Any]:
    """Return the models with every model after those that it needs."""
    by_name = {node.name: node for node in models}
    ordered: dict[str, Any] = {}

    def add(node: Any) -> None:
        if node.name not in ordered:
            for parent in _parents(node):
                if parent in by_name:
                    add(by_name[parent])
            ordered[node.name] = node

    for node in sorted(models, key=lambda node: node.name):
        add(node)
    return list(ordered.values())


def _settings(project: Path) -> dict[str, Any]:
    profiles = yaml.safe_load((project / "profiles.yml").read_text(encoding="utf-8"))
    profile = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["profile"]
    return dict(profiles[profile]["outputs"]["duckdb"].get("settings", {}))


def execute(connection: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> None:
    """Execute statements one by one."""
    for statement in statements:
        connection.execute(statement)


def literal(value: object) -> str:
    """Return a value as a SQL literal of text."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return "'" + text.replace("'", "''") + "'"
