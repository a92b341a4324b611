"""The tables of a benchmark, as Markdown."""

import math
import os
import platform
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

from benchmark.builds import LAYERS, START, Build
from benchmark.cells import MEASURES
from benchmark.process import Usage
from benchmark.rounds import Plan, Round

Program = tuple[str, Callable[[Round], Usage]]
"""Its name, and what it took in a round."""
_GIGA = 1_000_000_000
_FLOOR_GOAL = 2
_GROWTH_GOAL = 0.95
_NOTHING = "–"


def report(rounds: Sequence[Round], demonstration: Build, plan: Plan) -> str:
    """Return every table of a run: `rounds` from the smallest delivery to the largest."""
    parts = [_machine(plan), _layers(rounds, demonstration), _beside(rounds), _growth(rounds)]
    parts += [_rows(rounds), _slowest(rounds[-1])]
    if any(done.plans for done in rounds):
        parts.append(_plans(rounds[-1]))
    parts += [_start_up(demonstration), _cells(rounds), _goals(rounds, plan)]
    return "\n\n".join(parts)


def growth(smaller: float, larger: float, times: float) -> float:
    """Return the exponent e for which `times` as many rows take `times` to the power e as long."""
    return math.log(larger / smaller) / math.log(times)


def _machine(plan: Plan) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIGA
    processors = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    packages = ", ".join(f"{name} {version(name)}" for name in ("dbt-core", "duckdb", "polars", "pyspark"))
    return (
        f"{os.cpu_count()} cores ({processors[0] if processors else platform.machine()}), {memory:.0f} GB of "
        f"memory, {platform.system()}, Python {platform.python_version()}, {packages}. Limit of DuckDB's "
        f"memory: {plan.memory_limit or 'its default'}. Mean load in the last quarter of an "
        f"hour, this run included: {os.getloadavg()[2]:.1f}."
    )


def _layers(rounds: Sequence[Round], demonstration: Build) -> str:
    builds = [("bundled seeds", demonstration), *((_size(done), done.full) for done in rounds)]
    rows: list[list[str]] = [
        [name, *(f"{build.layers[name]:.1f}" for _, build in builds)] for name in (START, *LAYERS)
    ]
    rows.append(["**all**", *(f"**{build.usage.seconds:.1f}**" for _, build in builds)])
    rows.append(["in which DuckDB worked", *(f"{build.sql_seconds:.1f}" for _, build in builds)])
    rows.append(["ledger lines", _NOTHING, *(f"{done.delivery.rows['raw_subsidies']:,}" for done in rounds)])
    rows.append(["peak memory, GB", *(_gigabytes(build.usage.peak_bytes) for _, build in builds)])
    rows.append(["spilled, GB", *(_gigabytes(build.usage.spilled_bytes) for _, build in builds)])
    return "### Seconds per layer of `dbt build`\n\n" + _table(["", *(label for label, _ in builds)], rows)


def _beside(rounds: Sequence[Round]) -> str:
    rows = []
    for label, of in _programs(rounds):
        cells = []
        for done in rounds:
            usage = of(done)
            cells += [f"{usage.cpu:.1f}", f"{usage.seconds:.1f}", f"{usage.cpu / done.floor.cpu:.1f}"]
            cells.append(_gigabytes(usage.peak_bytes))
        rows.append([label, *cells])
    head = [""]
    for done in rounds:
        head += [f"{_size(done)}: CPU", "seconds", "CPU, times the floor", "peak GB"]
    return "### Beside the floor and the peers\n\n" + _table(head, rows)


def _of_peer(peer: str, done: Round) -> Usage:
    return done.peers[peer]


def _programs(rounds: Sequence[Round]) -> list[Program]:
    programs: list[Program] = [
        ("`dbt build`, everything", lambda done: done.full.usage),
        ("`twe publish`", lambda done: done.publish),
        ("`twe check`", lambda done: done.check),
        ("floor: plain DuckDB stores the extracts, then makes the annex cells", lambda done: done.floor),
        ("the same from scans of the files", lambda done: done.scanned),
    ]
    for peer in rounds[0].peers:
        programs.append((f"{peer.capitalize()}: the annex marts", partial(_of_peer, peer)))
    return programs


def _growth(rounds: Sequence[Round]) -> str:
    pairs = list(pairwise(rounds))
    if not pairs:
        return "One size only: no growth exponent."
    rows = [
        [label, *(f"{growth(of(a).cpu, of(b).cpu, _times(a, b)):.2f}" for a, b in pairs)]
        for label, of in _programs(rounds)
    ]
    head = ["", *(f"{_size(a)} to {_size(b)}" for a, b in pairs)]
    return "### Growth exponent of the seconds of CPU\n\n" + _table(head, rows)


def _rows(rounds: Sequence[Round]) -> str:
    names = [name for name in rounds[0].rows if name in MEASURES or name.startswith("fct_")]
    rows = [[f"`{name}`", *(f"{done.rows[name]:,}" for done in rounds)] for name in names]
    return "### Rows that came out\n\n" + _table(["", *map(_size, rounds)], rows)


def _slowest(done: Round) -> str:
    rows = [[f"`{node.name}`", node.layer, f"{node.seconds:.1f}"] for node in done.full.slowest(10)]
    return f"### Slowest at {_size(done)} (two at a time)\n\n" + _table(["", "layer", "seconds"], rows)


def _plans(done: Round) -> str:
    rows = [
        [f"`{node.name}`", operator, about[:60].replace("|", "/") or _NOTHING, f"{seconds:.2f}", f"{count:,}"]
        for node, operators in done.plans
        for operator, about, seconds, count in operators
    ]
    head = ["model", "operator", "of", "seconds, all cores", "rows"]
    return f"### Costliest operators of the slowest models at {_size(done)} (EXPLAIN ANALYZE)\n\n" + _table(
        head, rows
    )


def _start_up(build: Build) -> str:
    whole, start = build.usage.seconds, build.layers[START]
    idle = 1 - build.sql_seconds / whole
    return (
        f"Bundled seeds: of {whole:.1f} seconds dbt spends {start:.1f} ({start / whole:.0%}) on starting, "
        f"parsing and ending; DuckDB works during {build.sql_seconds:.1f}, so {idle:.0%} is dbt itself."
    )


def _cells(rounds: Sequence[Round]) -> str:
    lines = []
    for done in rounds:
        for program, found in done.differences.items():
            if found:
                lines += [
                    f"- **DIFFERENT CELLS**, {program} at {_size(done)}:",
                    *(f"  - {line}" for line in found),
                ]
            else:
                lines.append(f"- {program} at {_size(done)}: the same cells as the marts of the full build")
    return "### Cells\n\n" + "\n".join(lines)


def _goals(rounds: Sequence[Round], plan: Plan) -> str:
    last = rounds[-1]
    ratio = last.publish.cpu / last.floor.cpu
    rows = [
        [
            f"`twe publish` within {_FLOOR_GOAL} times the CPU of the floor at {_size(last)}",
            f"{ratio:.1f}",
            _met(ratio <= _FLOOR_GOAL),
        ]
    ]
    if plan.memory_limit:
        spilled = _gigabytes(last.publish.spilled_bytes)
        rows.append(
            [f"completes at {_size(last)} with {plan.memory_limit}", f"{spilled} GB spilled", _met(True)]
        )
    for a, b in pairwise(rounds):
        exponent = growth(a.publish.cpu, b.publish.cpu, _times(a, b))
        goal = f"growth exponent {_size(a)} to {_size(b)} at most {_GROWTH_GOAL}"
        rows.append([goal, f"{exponent:.2f}", _met(exponent <= _GROWTH_GOAL)])
    for done in rounds:
        for peer, usage in done.peers.items():
            times = done.publish.seconds / usage.seconds
            goal = f"faster than {peer.capitalize()} at {_size(done)}"
            rows.append([goal, f"{times:.2f} times its seconds", _met(times < 1)])
    return "### Goals\n\n" + _table(["goal", "measured", ""], rows)


def _met(is_met: bool) -> str:
    return "met" if is_met else "**not met**"


def _times(smaller: Round, larger: Round) -> float:
    return sum(larger.delivery.rows.values()) / sum(smaller.delivery.rows.values())


def _size(done: Round) -> str:
    return f"{done.trajectories / 1_000_000:g} million"


def _gigabytes(number: int) -> str:
    return f"{number / _GIGA:.1f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
