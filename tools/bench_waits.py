"""Measure everything that a user waits for at national size, each beside its floor, in one run.

    python tools/bench_waits.py [--work DIR] [--repeats N]

Prints one table: seconds of CPU and on the clock, the peak of memory, and CPU as a multiple of a floor. The
floor of dbt is a build of an empty project; of a publication and a check the plain DuckDB script of
tools/benchmark; of an export the same cells written by xlsxwriter, csv or json alone, a whole process as
well. Nothing is asserted.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

from benchmark.deliveries import obtain
from benchmark.process import FailedError, Usage, run_measured
from twe.project import PROJECT
from weight import empty_project

TRAJECTORIES = 28_000  # of Flanders, 2017 to 2023
BIN = Path(sys.executable).parent
REFERENCE = PROJECT / "seeds" / "reference"

WRITE = """
import csv, json, sys, xlsxwriter
form, source, target = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    sheets = json.load(file)
if form == "xlsx":
    with xlsxwriter.Workbook(target, {"strings_to_numbers": False}) as workbook:
        for rows in sheets.values():
            worksheet = workbook.add_worksheet()
            for number, row in enumerate(rows):
                worksheet.write_row(number, 0, row)
elif form == "csv":
    with open(target, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(row for rows in sheets.values() for row in rows)
else:
    with open(target, "w", encoding="utf-8") as file:
        json.dump(sheets, file)
"""


@dataclass
class Bench:
    """The folder of a run, and how often each command runs; the figures are medians."""

    work: Path
    repeats: int

    def measure(self, *command: str | Path, environment: dict[str, str] | None = None) -> Usage:
        """Return the medians of a command in the project's folder; FailedError when it fails."""
        found = [
            run_measured(command, self.work / "log.txt", PROJECT, environment or {}, self.work / "spill")
            for _ in range(self.repeats)
        ]
        return Usage(
            *(
                statistics.median(getattr(usage, name) for usage in found)
                for name in ("seconds", "cpu", "peak_bytes", "spilled_bytes")
            )
        )

    def floor(self, form: str, cells: Path) -> Usage:
        """Return what the cells of a file cost, written by one library and nothing else."""
        return self.measure(sys.executable, "-c", WRITE, form, cells, self.work / f"floor.{form}")


def tell(what: str, usage: Usage, floor: Usage | None = None) -> None:
    """Print one line of the table."""
    ratio = f"{usage.cpu / floor.cpu:.1f}" if floor else ""
    print(
        f"| {what} | {usage.cpu:.1f} ({usage.seconds:.1f}) | {usage.peak_bytes / 1e6:,.0f} | {ratio} |",
        flush=True,
    )


def _cells_of_workbook(path: Path, target: Path) -> Path:
    book = load_workbook(path, read_only=True)
    sheets = {
        sheet.title: [
            [value if isinstance(value, int | float) else str(value or "") for value in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
    }
    target.write_text(json.dumps(sheets), encoding="utf-8")
    return target


def _cells_of_csv(folder: Path, target: Path) -> Path:
    sheets = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            sheets[path.name] = list(csv.reader(file))
    target.write_text(json.dumps(sheets), encoding="utf-8")
    return target


def run(bench: Bench) -> None:
    """Print the table."""
    work = bench.work
    dbt, twe, database = BIN / "dbt", BIN / "twe", work / "national.duckdb"
    delivery = obtain(TRAJECTORIES, 1, work, []).folder
    out = work / "out"
    at = ("--database", database)
    seeds = {"TWE_DATABASE": str(work / "seeds.duckdb"), "DBT_TARGET_PATH": str(work / "target")}
    empty = empty_project(work / "empty")

    print("| what | CPU (clock), s | memory, MB | CPU / floor |\n| --- | ---: | ---: | ---: |")
    nothing = bench.measure(dbt, "--quiet", "build", "--project-dir", empty, "--profiles-dir", empty)
    tell("floor: dbt build of an empty project", nothing)
    for what, command in (
        ("dbt parse, cold", ("--no-partial-parse", "parse")),
        ("dbt parse, warm", ("parse",)),
        ("dbt build of the bundled seeds", ("build",)),
        ("the same without unit tests", ("build", "--exclude-resource-type", "unit_test")),
        ("dbt build -s annex_5_outflow", ("build", "-s", "annex_5_outflow")),
    ):
        tell(what, bench.measure(dbt, "--quiet", *command, environment=seeds), nothing)

    script = bench.measure(
        *(sys.executable, "-m", "benchmark.floor", "stored", delivery, REFERENCE, work / "floor", ""),
        environment={"PYTHONPATH": str(PROJECT / "tools")},
    )
    tell("floor: the plain DuckDB script", script)
    publish = bench.measure(twe, "publish", "--quiet", *at, "--raw-path", delivery)
    tell("twe publish", publish, script)
    tell("twe check", bench.measure(twe, "check", delivery), script)

    workbook = bench.measure(twe, "export", "--quiet", *at, "--out", out)
    cells = _cells_of_workbook(out / "bijlagen.xlsx", work / "workbook.json")
    tell("twe export", workbook, bench.floor("xlsx", cells))
    package = bench.measure(twe, "export", "--quiet", "--format", "csv", *at, "--out", out)
    cells = _cells_of_csv(out / "csv", work / "csv.json")
    tell("twe export --format csv", package, bench.floor("csv", cells))
    page = bench.measure(twe, "report", "--quiet", *at, "--out", out)
    tell("twe report", page, bench.floor("json", cells))
    tell(
        "twe export --edition public",
        bench.measure(twe, "export", "--quiet", "--edition", "public", *at, "--out", out),
    )
    bench.repeats = 1  # a release is registered: the second is another one
    release = bench.measure(twe, "release", *at, "--out", work / "release", "--new-register")
    tell("twe release", release)
    tell("twe verify", bench.measure(twe, "verify", work / "release"))
    print(
        f"\nFrom the delivery to the folder to send: {publish.seconds + release.seconds:.0f} s on the clock."
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; return 0, or 1 when a command fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--work", type=Path, help="folder for the delivery and the databases (default a temporary one)"
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each command (default 3)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="twe-waits-") as temporary:
        work = (options.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        for name in ("release", "empty"):
            shutil.rmtree(work / name, ignore_errors=True)
        os.environ.pop("TWE_DATABASE", None)
        try:
            run(Bench(work, options.repeats))
        except FailedError as failure:
            print(failure, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
