"""One round of the benchmark: everything that is measured on a delivery of one size."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from twe.bench.builds import PROJECT, TESTS, Build, Node, build, explained
from twe.bench.cells import MEASURES, different_rows, row_counts
from twe.bench.deliveries import Delivery, split
from twe.bench.floor import FLAT, FLOOR
from twe.bench.process import Usage, run_measured

REFERENCE = PROJECT / "seeds" / "reference"
PEERS = ("polars", "spark")
INCREMENT_SHARE = 0.015


@dataclass(frozen=True)
class Plan:
    """What a run of the benchmark measures; memory_limit as DuckDB reads it, empty for its default."""

    work: Path
    memory_limit: str
    peers: Sequence[str]
    with_increment: bool
    explained: int


@dataclass(frozen=True)
class Increment:
    """A build of a delivery without its last rows, and the build that took them in."""

    before: Build
    after: Build
    rows: int
    share: float


@dataclass
class Round:
    """The measurements on one delivery. differences: by program, what is not as in the marts of the build."""

    trajectories: int
    delivery: Delivery
    full: Build
    rows: dict[str, int]
    floor: Usage
    flat: Usage
    peers: dict[str, Usage] = field(default_factory=dict)
    increment: Increment | None = None
    differences: dict[str, list[str]] = field(default_factory=dict)
    plans: list[tuple[Node, list[tuple]]] = field(default_factory=list)


def measure(trajectories: int, delivery: Delivery, plan: Plan, say: Callable[[str], None]) -> Round:
    """Build a delivery with dbt and with everything beside it, one after the other, and compare the cells."""
    work = plan.work / f"round-{trajectories}"
    shutil.rmtree(work, ignore_errors=True)
    say("dbt build")
    full = build(work / "full", delivery.folder, plan.memory_limit)
    say("the floor")
    floor = _beside("floor", work / "floor", delivery, str(FLOOR), plan.memory_limit)
    flat = _beside("floor", work / "flat", delivery, str(FLAT), plan.memory_limit)
    done = Round(trajectories, delivery, full, row_counts(full.database), floor, flat)
    done.differences["floor"] = different_rows(full.database, work / "floor" / "out", only_counted=True)
    for peer in plan.peers:
        say(peer)
        done.peers[peer] = _beside(f"peer_{peer}", work / peer, delivery)
        done.differences[peer] = different_rows(full.database, work / peer / "out")
    if plan.with_increment:
        say("dbt build of an increment")
        done.increment = _increment(work / "increment", delivery, plan.memory_limit)
        done.differences["increment"] = _different_marts(full, done.increment.after, work)
    if plan.explained:
        say("explain analyze")
        slowest = [node for node in full.slowest(len(full.nodes)) if node.sql and node.layer not in TESTS]
        done.plans = explained(full.database, slowest[: plan.explained], plan.memory_limit)
    return done


def _beside(module: str, work: Path, delivery: Delivery, script: str = "", memory_limit: str = "") -> Usage:
    command: list[str | Path] = [sys.executable, "-m", f"twe.bench.{module}"]
    command += [*([script] if script else []), delivery.folder, REFERENCE, work / "out"]
    command += [memory_limit] if script else []
    environment = {"PYTHONPATH": str(PROJECT / "scripts")}
    return run_measured(command, work / "output.txt", PROJECT, environment, work / "out" / "spill")


def _increment(work: Path, delivery: Delivery, memory_limit: str) -> Increment:
    parts = split(delivery, INCREMENT_SHARE, work)
    before = build(work / "build", parts.base, memory_limit)
    for file in parts.addition.iterdir():
        shutil.move(file, parts.base / file.name)
    after = build(work / "build", parts.base, memory_limit)
    return Increment(before, after, parts.rows, parts.share)


def _different_marts(full: Build, other: Build, work: Path) -> list[str]:
    """Compare the marts of two builds; DuckDB opens a file only once, so one side is written out."""
    out = work / "increment" / "marts"
    out.mkdir()
    with duckdb.connect(str(other.database), read_only=True) as connection:
        for mart in MEASURES:
            connection.execute(f"copy marts.{mart} to '{out / mart}.parquet' (format parquet)")
    return different_rows(full.database, out)
