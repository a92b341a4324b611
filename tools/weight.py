"""Print what the project weighs, with the target beside each figure, as a Markdown table.

    python tools/weight.py [--quick]

Run from the root of the project, with the Python of its environment. What dbt writes goes to a temporary
folder. The structure is read from the manifest of `dbt parse` and from the files; a line is one that is not
blank. Without --quick the bundled seeds are built three times, some minutes. A missed target is not an error.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANNEX = "annex_1_started_trajectories"  # a count over one fact: little should be upstream of it
LOWER_LAYERS = {"staging", "intermediate"}  # every other folder under models/ holds marts
CONTEXT_FUNCTIONS = {"ref", "source"}  # of dbt, though not macros of a package

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One line of the table: a value, the most that it should be, and a remark such as a failed build."""

    name: str
    value: float
    target: float | None = None
    decimals: int = 0
    remark: str = ""

    def row(self) -> str:
        """Return the line of the table; `met` is empty where there is no target."""
        number = f"{self.value:,.{self.decimals}f}" + (f" ({self.remark})" if self.remark else "")
        if self.target is None:
            return f"| {self.name} | {number} | | |"
        limit = f"≤ {self.target:,g}" if self.target else "0"
        met = "yes" if self.value <= self.target and not self.remark else "no"
        return f"| {self.name} | {number} | {limit} | {met} |"


@dataclass(frozen=True)
class Run:
    """What one child process took, with the processes that it started."""

    cpu: float  # seconds of processor time, user and system
    wall: float  # seconds on the clock
    remark: str  # that it failed; else empty


class Graph:
    """The models of a manifest and the arrows between them."""

    def __init__(self, manifest: Node) -> None:
        """Keep the models and what each reads directly; seeds, sources and tests are left out."""
        nodes: Mapping[str, Node] = manifest["nodes"]
        self.models = {key: node for key, node in nodes.items() if node["resource_type"] == "model"}
        self.parents = {
            key: {parent for parent in node["depends_on"]["nodes"] if parent in self.models}
            for key, node in self.models.items()
        }

    def upstream(self, model: str) -> set[str]:
        """Return the models that a model reads, directly or through others."""
        found: set[str] = set()
        ahead = list(self.parents[model])
        while ahead:
            if (parent := ahead.pop()) not in found:
                found.add(parent)
                ahead.extend(self.parents[parent])
        return found

    def chains(self) -> dict[str, int]:
        """Return the number of models on the longest chain that ends in each model, itself included."""
        lengths: dict[str, int] = {}
        # What is upstream of a parent is upstream of its child too: fewer models, so the parent comes first.
        for model in sorted(self.models, key=lambda key: len(self.upstream(key))):
            lengths[model] = 1 + max((lengths[parent] for parent in self.parents[model]), default=0)
        return lengths

    def arrows_back(self) -> int:
        """Count the arrows from a mart into a model in models/staging or models/intermediate."""
        lower = {
            key: Path(node["original_file_path"]).parts[1] in LOWER_LAYERS
            for key, node in self.models.items()
        }
        return sum(lower[key] and not lower[parent] for key in self.models for parent in self.parents[key])


def own_macros(manifest: Node) -> list[str]:
    """Return the names of the project's macros: implementations of a dispatch too, generic tests not."""
    project = manifest["metadata"]["project_name"]
    names = [macro["name"] for macro in manifest["macros"].values() if macro["package_name"] == project]
    return sorted(name for name in names if not name.startswith("test_"))


def overridden(manifest: Node) -> tuple[list[str], list[str]]:
    """Return what the project defines again of dbt, and what it does so for one adapter alone.

    The first are names of macros, generic tests and materializations of the other packages in the manifest,
    and `ref` and `source`. The second are implementations of a macro of theirs, as spark__load_csv_rows.
    """

    def plain(name: str) -> str:
        """Leave out the adapter: materialization_table_duckdb and materialization_table_default are one."""
        return re.sub(r"^(materialization_.+)_[a-z0-9]+$", r"\1", name)

    project = manifest["metadata"]["project_name"]
    own, theirs = set(), set(CONTEXT_FUNCTIONS)
    for macro in manifest["macros"].values():
        if macro["package_name"] == project:
            own.add(macro["name"])
        else:
            theirs.add(plain(macro["name"]))
    ends = {name: name.partition("__")[2] for name in own if "__" in name}
    for_adapter = {name for name, end in ends.items() if {end, f"default__{end}"} & theirs}
    return sorted(name for name in own - for_adapter if plain(name) in theirs), sorted(for_adapter)


def lines(folders: Iterable[str], suffix: str) -> int:
    """Count the lines that are not blank in the files below some folders; a folder may be absent."""
    files = [file for folder in folders for file in Path(folder).rglob(f"*{suffix}")]
    return sum(bool(line.strip()) for file in files for line in file.read_text("utf-8").splitlines())


def words() -> int:
    """Count the words of README.md, CONTRIBUTING.md and the pages below docs/, split at white space."""
    pages = [Path("README.md"), Path("CONTRIBUTING.md"), *Path("docs").rglob("*.md")]
    return sum(len(page.read_text("utf-8").split()) for page in pages if page.exists())


def structure(manifest: Node) -> list[Figure]:
    """Return the figures that need no build: counts, and ratios of counts."""
    graph = Graph(manifest)
    chains = graph.chains()
    macros = own_macros(manifest)
    strategies = [name for name in macros if re.fullmatch(r"get_incremental_.+_sql", name)]
    again, for_adapter = overridden(manifest)
    kinds = [node["resource_type"] for node in manifest["nodes"].values()]
    materialized = [node["config"]["materialized"] for node in graph.models.values()]
    models = len(graph.models)
    annex = next((key for key, node in graph.models.items() if node["name"] == ANNEX), None)
    above, chain, absent = (
        (len(graph.upstream(annex)), chains[annex], "") if annex else (0, 0, "no such model")
    )
    sql = lines(["models"], ".sql")
    of_models = lines(["models"], ".yml")
    yaml = of_models + lines(["seeds", "macros", "tests"], ".yml")
    return [
        Figure("models", models, 75),
        Figure("macros, implementations of a dispatch included", len(macros), 45),
        Figure("macros per model", len(macros) / models, 0.6, 2),
        Figure("custom incremental strategies", len(strategies), 0),
        Figure("incremental models", materialized.count("incremental")),
        Figure(f"overridden built-ins of dbt: {', '.join(again) or 'none'}", len(again), 1),
        Figure(f"overridden for one adapter: {', '.join(for_adapter) or 'none'}", len(for_adapter)),
        Figure(f"models upstream of {ANNEX}", above, 20, 0, absent),
        Figure("models on the longest chain that ends there", chain, 8, 0, absent),
        Figure("models on the longest chain of the project", max(chains.values())),
        Figure("arrows from a mart back into an intermediate or staging model", graph.arrows_back(), 0),
        Figure(
            "lines of YAML per line of SQL in models and macros",
            yaml / (sql + lines(["macros"], ".sql")),
            1.2,
            2,
        ),
        Figure("lines of YAML per line of SQL, models alone", of_models / sql, None, 2),
        Figure("data tests", kinds.count("test")),
        Figure("unit tests", len(manifest["unit_tests"])),
        Figure("seeds", kinds.count("seed")),
        Figure("words of documentation", words(), 15_000),
        Figure("lines of Python of the product (src/, scripts/)", lines(["src", "scripts"], ".py"), 9_000),
        Figure("lines of Python of the tools (tools/)", lines(["tools"], ".py")),
    ]


def dbt(project: Path, scratch: Path, command: str, *arguments: str) -> Run:
    """Run a command of dbt in a project, with target, logs and warehouse in a scratch folder."""
    program = Path(sys.executable).with_name("dbt")
    places = [f"--target-path={scratch / 'target'}", f"--log-path={scratch / 'logs'}"]
    environment = os.environ | {"TWE_DATABASE": str(scratch / "warehouse.duckdb")}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [program, "--quiet", "--no-send-anonymous-usage-stats", command, *places, *arguments],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        print(f"dbt {command} {' '.join(arguments)} failed:\n{done.stdout[-3000:]}", file=sys.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(cpu, wall, "failed" if done.returncode else "")


def empty_project(folder: Path) -> Path:
    """Make a dbt-duckdb project without a model, parse it, and return its folder."""
    folder.mkdir()
    (folder / "dbt_project.yml").write_text(
        "{name: empty, version: 1.0.0, config-version: 2, profile: empty}"
    )
    output = {"type": "duckdb", "path": str(folder / "warehouse.duckdb"), "threads": 2}
    (folder / "profiles.yml").write_text(json.dumps({"empty": {"target": "it", "outputs": {"it": output}}}))
    dbt(folder, folder, "parse", f"--profiles-dir={folder}")
    return folder


def timings(name: str, run: Run, empty: Run, most: float) -> list[Figure]:
    """Return the seconds of a build, and its seconds of CPU as a multiple of those of an empty project."""
    remark = run.remark or empty.remark
    return [
        Figure(f"{name}: seconds of CPU", run.cpu, None, 1, run.remark),
        Figure(f"{name}: seconds on the clock", run.wall, None, 1, run.remark),
        Figure(f"{name}: CPU, times an empty project", run.cpu / empty.cpu, most, 1, remark),
    ]


def builds(scratch: Path) -> list[Figure]:
    """Return seconds, and MB of a million bytes, of builds of the bundled seeds by a project already parsed.

    Every build has the same path of a warehouse, because dbt parses again for another profile. The empty
    project, parsed too, is built before and after, and the mean taken: the pace of a machine differs.
    """
    project, warehouse = Path.cwd(), scratch / "warehouse.duckdb"
    nothing = empty_project(scratch / "empty")

    def megabytes() -> float:
        return warehouse.stat().st_size / 1e6 if warehouse.exists() else 0

    first = dbt(nothing, nothing, "build", f"--profiles-dir={nothing}")
    tested = dbt(project, scratch, "build")
    once = megabytes()
    again = dbt(project, scratch, "build")
    twice = megabytes()
    warehouse.unlink(missing_ok=True)
    untested = dbt(project, scratch, "build", "--exclude-resource-type=unit_test")
    last = dbt(nothing, nothing, "build", f"--profiles-dir={nothing}")
    empty = Run((first.cpu + last.cpu) / 2, (first.wall + last.wall) / 2, first.remark or last.remark)
    return [
        Figure("`dbt build` of an empty project: seconds of CPU", empty.cpu, None, 1, empty.remark),
        Figure("`dbt build` of an empty project: seconds on the clock", empty.wall, None, 1, empty.remark),
        *timings("`dbt build` of the bundled seeds", tested, empty, 5),
        *timings("`dbt build` without unit tests", untested, empty, 3),
        Figure("warehouse of the bundled seeds after one build: MB", once, 40, 1, tested.remark),
        Figure("warehouse after a second build into the same file: MB", twice, 40, 1, again.remark),
    ]


def main() -> None:
    """Parse the project of the current folder, weigh it, and print the table."""
    with tempfile.TemporaryDirectory(prefix="weight-") as folder:
        scratch = Path(folder)
        if dbt(Path.cwd(), scratch, "parse").remark:
            sys.exit("The project does not parse: there is nothing to weigh.")
        figures = structure(json.loads((scratch / "target" / "manifest.json").read_text("utf-8")))
        if "--quick" not in sys.argv[1:]:
            figures += builds(scratch)
    print("| what | now | target | met |", "| --- | ---: | ---: | --- |", sep="\n")
    print(*(figure.row() for figure in figures), sep="\n")


if __name__ == "__main__":
    main()
