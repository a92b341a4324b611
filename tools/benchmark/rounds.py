"""One round of the benchmark: everything that is measured on a delivery of one size."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.builds import TESTS, Build, Node, Operator, build, explained
from benchmark.cells import different_rows, row_counts
from benchmark.deliveries import Delivery
from benchmark.floor import SCANNED, STORED
from benchmark.process import Usage, run_measured
from twe.project import PROJECT

REFERENCE = PROJECT / "seeds" / "reference"
PEERS = ("polars", "spark")


@dataclass(frozen=True)
class Plan:
    """What a run of the benchmark measures; memory_limit as DuckDB reads it, empty for its default."""

    work: Path
    memory_limit: str
    peers: Sequence[str]
    explained: int


@dataclass
class Round:
    """The measurements on one delivery. differences: by program, what is not as in the marts of the build."""

    trajectories: int
    delivery: Delivery
    full: Build
    rows: dict[str, int]
    floor: Usage
    scanned: Usage
    check: Usage
    publish: Usage
    peers: dict[str, Usage] = field(default_factory=dict)
    differences: dict[str, list[str]] = field(default_factory=dict)
    plans: list[tuple[Node, list[Operator]]] = field(default_factory=list)


def measure(trajectories: int, delivery: Delivery, plan: Plan, say: Callable[[str], None]) -> Round:
    """Build a delivery with dbt and with everything beside it, one after the other, and compare the cells."""
    work = plan.work / f"round-{trajectories}"
    shutil.rmtree(work, ignore_errors=True)
    say("dbt build")
    full = build(work / "full", delivery.folder, plan.memory_limit)
    say("the floor")
    floor = _beside("floor", work / "floor", delivery, STORED, plan.memory_limit)
    scanned = _beside("floor", work / "scanned", delivery, SCANNED, plan.memory_limit)
    say("twe check, twe publish")
    _twe(work / "compiled", plan.memory_limit, "check", delivery.folder)  # dbt compiles the models once
    check = _twe(work / "check", plan.memory_limit, "check", delivery.folder)
    database: list[str | Path] = ["--database", work / "publish" / "twe.duckdb"]
    publish = _twe(work / "publish", plan.memory_limit, "publish", "--raw-path", delivery.folder, *database)
    done = Round(trajectories, delivery, full, row_counts(full.database), floor, scanned, check, publish)
    for name in ("floor", "scanned"):
        done.differences[name] = different_rows(full.database, work / name / "out", only_counted=True)
    for peer in plan.peers:
        say(peer)
        done.peers[peer] = _beside(f"peer_{peer}", work / peer, delivery)
        done.differences[peer] = different_rows(full.database, work / peer / "out")
    if plan.explained:
        say("explain analyze")
        slowest = [node for node in full.slowest(len(full.nodes)) if node.sql and node.layer not in TESTS]
        done.plans = explained(full.database, delivery.folder, slowest[: plan.explained], plan.memory_limit)
    return done


def _twe(work: Path, memory_limit: str, command: str, *arguments: str | Path) -> Usage:
    words: list[str | Path] = [sys.executable, "-m", "twe", command, "--quiet", *arguments]
    work.mkdir(parents=True, exist_ok=True)
    environment = {"TWE_MEMORY_LIMIT": memory_limit}
    return run_measured(words, work / "output.txt", PROJECT, environment, work / "twe.duckdb.tmp")


def _beside(module: str, work: Path, delivery: Delivery, script: str = "", memory_limit: str = "") -> Usage:
    command: list[str | Path] = [sys.executable, "-m", f"benchmark.{module}"]
    command += [*([script] if script else []), delivery.folder, REFERENCE, work / "out"]
    command += [memory_limit] if script else []
    environment = {"PYTHONPATH": str(PROJECT / "tools")}
    return run_measured(command, work / "output.txt", PROJECT, environment, work / "out" / "spill")
