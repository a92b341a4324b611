"""One measured `dbt build`, its seconds divided over the layers of the project."""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmark.process import FailedError, Usage, run_measured
from twe.landing.landing import land
from twe.project import PROJECT

Json = dict[str, Any]
Operator = tuple[str, str, float, int]
"""Of a plan: the operator, what it worked on, seconds on all cores, rows."""

TESTS = ("tests", "unit tests")
LAYERS = (
    "seeds",
    "staging",
    "intermediate",
    "quality",
    "marts",
    "revisions",
    "questions",
    "publication",
    *TESTS,
    "hooks",
)
START = "start and parse"


@dataclass(frozen=True)
class Node:
    """A seed, model, test or hook with its layer, its own seconds and the SQL of a model."""

    name: str
    layer: str
    seconds: float
    sql: str


@dataclass(frozen=True)
class Build:
    """What one `dbt build` took.

    layers: wall-clock seconds by layer, which with START add up to usage.seconds; sql_seconds: those in which
    DuckDB worked on at least one statement.
    """

    usage: Usage
    layers: Mapping[str, float]
    nodes: list[Node]
    sql_seconds: float
    database: Path

    def slowest(self, count: int) -> list[Node]:
        """Return the nodes that took longest, slowest first."""
        return sorted(self.nodes, key=lambda node: -node.seconds)[:count]


def build(work: Path, delivery: Path | None, memory_limit: str) -> Build:
    """Build and test everything in the folder `work` from a delivery, or from the bundled seeds when None.

    memory_limit is DuckDB's (`4GB`), empty for its default.
    """
    work.mkdir(parents=True, exist_ok=True)
    database, target, logs = work / "bench.duckdb", work / "target", work / "logs"
    (logs / "dbt.log").unlink(missing_ok=True)
    variables = {"raw_path": str(delivery)} if delivery else {}
    command: list[str | Path] = [Path(sys.executable).parent / "dbt", "--quiet"]
    command += ["--log-format-file", "json", "--log-level-file", "debug"]
    command += ["--log-file-max-bytes", "0", "--log-path", logs]
    command += ["build", "--target-path", target, "--vars", json.dumps(variables)]
    environment = {"TWE_DATABASE": str(database), "TWE_MEMORY_LIMIT": memory_limit}
    usage = run_measured(
        command, work / "output.txt", PROJECT, environment, database.with_name("bench.duckdb.tmp")
    )
    manifest = json.loads((target / "manifest.json").read_text())
    results = json.loads((target / "run_results.json").read_text())["results"]
    return _measured(usage, manifest, results, _statements(logs / "dbt.log"), database)


def shared_seconds(spans: Iterable[tuple[str, float, float]]) -> dict[str, float]:
    """Divide the time covered by (label, start, end) over the labels.

    While several spans run at once each gets an equal part of the time, so that the seconds add up to the
    wall clock and not to more.
    """
    moments = sorted(
        moment for label, start, end in spans for moment in ((start, 1, label), (end, -1, label))
    )
    shared: dict[str, float] = {}
    running: dict[str, int] = {}
    previous = 0.0
    for moment, change, label in moments:
        count = sum(running.values())
        for name, times in running.items():
            if times:
                shared[name] = shared.get(name, 0.0) + (moment - previous) * times / count
        running[label] = running.get(label, 0) + change
        previous = moment
    return shared


def explained(
    database: Path, delivery: Path, nodes: Iterable[Node], memory_limit: str
) -> list[tuple[Node, list[Operator]]]:
    """Run the SQL of models once more under EXPLAIN ANALYZE.

    For each: its costliest operators.
    """
    found = []
    with duckdb.connect() as connection:
        # As in profiles.yml, so that the compiled SQL finds its tables.
        connection.execute(f"attach '{database}' as twe (read_only)")
        for statement in land(str(delivery)).views():
            connection.execute(statement)
        if memory_limit:
            connection.execute("set memory_limit = $1", [memory_limit])
        for node in nodes:
            [(_, plan)] = connection.execute(f"explain (analyze, format json) {node.sql}").fetchall()
            operators = sorted(_operators(json.loads(plan)), key=lambda operator: -operator[2])
            found.append((node, operators[:4]))
    return found


def _operators(plan: Json) -> Iterable[Operator]:
    name = plan.get("operator_name") or plan.get("operator_type") or plan.get("name")
    if name and name.strip() != "EXPLAIN_ANALYZE":
        extra = plan.get("extra_info") or {}
        about = next(
            (extra[key] for key in ("Table", "Function", "Groups", "Conditions") if extra.get(key)), ""
        )
        about = ", ".join(about) if isinstance(about, list) else str(about)
        yield name.strip(), " ".join(about.split()), plan["operator_timing"], plan["operator_cardinality"]
    for child in plan.get("children", []):
        yield from _operators(child)


def _measured(usage: Usage, manifest: Json, results: list[Json], sql_seconds: float, database: Path) -> Build:
    spans = {
        result["unique_id"]: tuple(
            choose(datetime.fromisoformat(timing[key]).timestamp() for timing in result["timing"])
            for choose, key in ((min, "started_at"), (max, "completed_at"))
        )
        for result in results
        if result["timing"]
    }
    labels = {name: _layer(name, manifest) for name in spans}
    shares = shared_seconds((name, *span) for name, span in spans.items())
    layers = dict.fromkeys(LAYERS, 0.0)
    for name, seconds in shares.items():
        layers[labels[name]] += seconds
    layers[START] = usage.seconds - sum(layers.values())
    nodes = [
        Node(
            result["unique_id"].split(".")[2],
            labels.get(result["unique_id"], "hooks"),
            result["execution_time"],
            result.get("compiled_code") or "",
        )
        for result in results
    ]
    return Build(usage, layers, nodes, sql_seconds, database)


def _layer(unique_id: str, manifest: Json) -> str:
    kind = unique_id.split(".")[0]
    if kind == "model":
        layer = manifest["nodes"][unique_id]["fqn"][1]
        return layer if layer in LAYERS else "marts"
    return {"seed": "seeds", "test": "tests", "unit_test": "unit tests"}.get(kind, "hooks")


def _statements(log: Path) -> float:
    """Seconds in which at least one SQL statement ran, from dbt's log."""
    spans = []
    for line in log.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["info"]["name"] == "SQLQueryStatus":
            end = datetime.fromisoformat(event["info"]["ts"]).timestamp()
            spans.append(("sql", end - event["data"]["elapsed"], end))
    if not spans:
        raise FailedError(f"{log} names no SQL statement.")
    return shared_seconds(spans)["sql"]
