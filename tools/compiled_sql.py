"""The compiled project with its data tests, as tests and mutants execute it in DuckDB without dbt."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from twe.errors import TweError
from twe.project import PROJECT
from twe.warehouse.compiled import (
    DELIVERY,
    CompiledModels,
    Model,
    dbt_in_memory,
    execute,
    from_nodes,
    parents_of,
)


@dataclass(frozen=True)
class ContractModel(Model):
    """A compiled model. `columns` are those of an enforced contract, with their types; none without one."""

    columns: Mapping[str, str]
    definition: str
    """Columns and constraints of the table of a contract, as dbt writes them."""
    parameters: str | None
    """Those of a table function; None for a table or view."""
    is_view: bool

    def statements(self) -> Iterator[str]:
        """Yield the statements with which dbt makes the table, view or table function."""
        if self.parameters is not None:
            yield f"create or replace function {self.relation}({self.parameters}) as table ({self.sql}\n)"
        elif self.is_view:
            yield f"create or replace view {self.relation} as ({self.sql}\n)"
        elif self.columns:
            names = ", ".join(self.columns)
            yield f"create or replace table {self.relation} {self.definition}"
            yield f"insert into {self.relation} ({names}) select {names} from ({self.sql}\n)"
        else:
            yield from super().statements()


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
class CompiledProject(CompiledModels):
    """Seeds, models in the order in which they can be built, and data tests, all by their names."""

    models: Mapping[str, ContractModel]
    tests: Mapping[str, DataTest]

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a connection to a new database in memory, with the schemas and the seeds in it."""
        # Small tables are built fastest by one thread.
        connection = duckdb.connect(config={"threads": 1})
        connection.execute(f"attach ':memory:' as {self.catalog}")
        self.prepare(connection)
        return connection

    def prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Set up a connection and make the schemas and the seeds in its catalog."""
        execute(connection, self.preparation)

    def build(self, connection: duckdb.DuckDBPyConnection, names: Collection[str] | None = None) -> None:
        """Make the models, or only those with `names`; the landing must be there."""
        for name, model in self.models.items():
            if names is None or name in names:
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
        return [breach for model in self.models.values() for breach in contract_breaches(model, connection)]


def compile_project(variables: Mapping[str, object], project: Path = PROJECT) -> CompiledProject:
    """Compile the project, for deliveries with any `raw_path` among the variables, else for the bundled data.

    Raises TweError when dbt can't.
    """
    given = {name: DELIVERY if name == "raw_path" else value for name, value in variables.items()}
    with dbt_in_memory("compile", project, "--vars", json.dumps(given, default=str)) as dbt:
        return tested_project(dbt.nodes, project)


def tested_project(nodes: Collection[Any], project: Path = PROJECT) -> CompiledProject:
    """Return the project of the compiled nodes of dbt."""
    tests = {
        node.name: DataTest(node.name, node.compiled_code, parents_of(node))
        for node in nodes
        if str(node.resource_type) == "test"
    }
    plain = from_nodes(nodes, project)
    by_name = {node.name: node for node in nodes if str(node.resource_type) == "model"}
    models = {name: _with_contract(model, by_name[name]) for name, model in plain.models.items()}
    return CompiledProject(**(vars(plain) | {"models": models}), tests=tests)


def _with_contract(model: Model, node: Any) -> ContractModel:
    from dbt.adapters.duckdb.impl import DuckDBAdapter

    kind = node.config.materialized
    if kind not in ("table", "view", "table_function"):
        raise TweError(f"The model {node.name} is neither a table, a view nor a table function.")
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
    return ContractModel(
        **vars(model),
        columns=columns,
        definition=definition,
        parameters=parameters if kind == "table_function" else None,
        is_view=kind == "view",
    )


def contract_breaches(model: ContractModel, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return where the SQL has other columns or types than the contract, as dbt compares them."""
    if not model.columns:
        return []
    casts = ", ".join(f"cast(null as {type_}) as {name}" for name, type_ in model.columns.items())
    wanted, got = (
        dict(row[:2] for row in connection.execute(f"describe ({sql}\n)").fetchall())
        for sql in (f"select {casts}", model.sql)
    )
    return [
        f"{model.name}.{name}: contract {wanted.get(name)}, SQL {got.get(name)}"
        for name in sorted(wanted.keys() | got.keys())
        if wanted.get(name) != got.get(name)
    ]
