"""The SQL of the dbt project, compiled once per set of variables and executed in DuckDB without dbt.

dbt only compiles. Seeds and models then run in a database in memory, in the order of their references: a
second or two of work where dbt takes ten.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import yaml

from twe.errors import TweError
from twe.project import PROJECT
from twe.warehouse.code import code_version
from twe.warehouse.dbt import stopped_by
from twe.warehouse.files import sql_text, write_whole

DELIVERY = "/delivery"
"""Value of variable raw_path while compiling: the SQL depends on whether there is one, not on which."""


@dataclass(frozen=True)
class Model:
    """A compiled model, which becomes a table."""

    name: str
    relation: str
    sql: str
    parents: tuple[str, ...]

    def statements(self) -> Iterator[str]:
        """Yield the statements that make it."""
        yield f"create or replace table {self.relation} as ({self.sql}\n)"


@dataclass(frozen=True)
class CompiledModels:
    """The statements that make schemas and seeds, and the models by name in the order to build them."""

    catalog: str
    preparation: tuple[str, ...]
    models: Mapping[str, Model]


def compiled_statements(variables: Mapping[str, object], selected: Collection[str], kept: Path) -> list[str]:
    """Return the statements that make the selected models, and all that they need, of a landed delivery.

    dbt compiles them once: they are kept in folder `kept` until the project, a tool or a variable changes.
    Raises TweError when dbt can't.
    """
    code = code_version()
    parts = [code.sha256, code.tools, PROJECT, sorted(variables.items()), selected]
    digest = hashlib.sha256(repr(parts).encode() + Path(__file__).read_bytes()).hexdigest()
    path = kept / f"compiled-{digest[:16]}.json"
    with contextlib.suppress(OSError, ValueError):
        return list(json.loads(path.read_text(encoding="utf-8")))
    wanted = ["--indirect-selection=empty", "--select", *(f"+{name}" for name in selected)]
    given = dict(variables) | {"raw_path": DELIVERY}
    with dbt_in_memory("compile", PROJECT, "--vars", json.dumps(given, default=str), *wanted) as dbt:
        compiled = from_nodes(dbt.nodes)
    statements = list(compiled.preparation)
    statements += [each for model in compiled.models.values() for each in model.statements()]
    # Where nothing can be written, dbt compiles every time.
    with contextlib.suppress(OSError):
        kept.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(statements))
    return statements


@dataclass(frozen=True)
class Dbt:
    """A dbt command that ended well in this process: what it read, and the nodes that it processed."""

    manifest: Any
    config: Any
    nodes: list[Any]


@contextlib.contextmanager
def dbt_in_memory(command: str, project: Path, *options: str) -> Iterator[Dbt]:
    """Run a dbt command in this process on a database in memory, which lives as long as this context.

    Nothing is written into the project, and the process stays as it was. Raises TweError when dbt can't.
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
                said = str(problem.exception)
                reason = stopped_by(said) or f"dbt {command} failed in {project}: {said}"
                raise TweError(f"{reason}.") from problem
            except ResultExit as problem:
                results: Any = problem.result
                failed = [f"{each.node.name}: {each.message}" for each in results.results if each.message]
                raise TweError(f"dbt {command} failed in {project}: {'; '.join(failed)}") from problem
            nodes = [each.node for each in getattr(result, "results", [])]
            yield Dbt(context.obj["manifest"], context.obj["runtime_config"], nodes)
    finally:
        connections: Any = DuckDBConnectionManager
        connections.close_all_connections()
        os.chdir(folder)
        os.environ.pop("TWE_DATABASE")
        if database is not None:
            os.environ["TWE_DATABASE"] = database


def from_nodes(nodes: Collection[Any], project: Path = PROJECT) -> CompiledModels:
    """Return the seeds and models among the compiled nodes of dbt."""
    seeds, models = (
        {node.name: node for node in nodes if str(node.resource_type) == kind} for kind in ("seed", "model")
    )
    needed = {name: set(parents_of(models[name])) & models.keys() for name in sorted(models)}
    ordered = (models[name] for name in TopologicalSorter(needed).static_order())
    catalog = next(iter(models.values())).database
    schemas = sorted({node.schema for node in (*seeds.values(), *models.values())})
    preparation = [
        f"use {catalog}",
        *(f"set {name} = {sql_text(value)}" for name, value in _settings(project).items()),
        *(f"create schema if not exists {schema}" for schema in schemas),
    ]
    for node in seeds.values():
        preparation += _seed(node, project)
    compiled = (
        Model(node.name, node.relation_name, node.compiled_code, parents_of(node)) for node in ordered
    )
    return CompiledModels(catalog, tuple(preparation), {model.name: model for model in compiled})


def _seed(node: Any, project: Path) -> list[str]:
    path, types = project / node.original_file_path, node.config.column_types
    with path.open(encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    if set(names) - set(types):
        raise TweError(f"The seed {node.name} has columns without a type in its column_types.")
    columns = ", ".join(f"{name} {types[name]}" for name in names)
    return [
        f"create or replace table {node.relation_name} ({columns})",
        f"copy {node.relation_name} from {sql_text(path)} (format csv, header, delimiter ',')",
    ]


def parents_of(node: Any) -> tuple[str, ...]:
    """Return the names of the seeds, models and sources that a node of dbt reads."""
    return tuple(name.rsplit(".", 1)[-1] for name in node.depends_on.nodes)


def _settings(project: Path) -> dict[str, Any]:
    profiles = yaml.safe_load((project / "profiles.yml").read_text(encoding="utf-8"))
    profile = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["profile"]
    return dict(profiles[profile]["outputs"]["duckdb"].get("settings", {}))


def execute(connection: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> None:
    """Execute statements one by one."""
    for statement in statements:
        connection.execute(statement)
