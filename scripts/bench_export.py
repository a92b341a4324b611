"""Measure the export and compare it with xlsxwriter writing the same cells and nothing else.

Prints one table of wall-clock seconds and peak memory, all taken in one run. Nothing is asserted.
"""

import argparse
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook

PROJECT = Path(__file__).resolve().parents[1]
EXPORTER = PROJECT / "scripts" / "export_excel.py"
REPEATS = 3

# A whole process as well: it reads ready-made values where the exporter queries, and writes them unformatted.
FLOOR = """
import pickle, sys, xlsxwriter
with open(sys.argv[1], "rb") as file:
    sheets = pickle.load(file)
workbook = xlsxwriter.Workbook(sys.argv[2])
for name, rows in sheets:
    worksheet = workbook.add_worksheet(name)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value.__class__ is str:
                worksheet.write_string(row, column, value)
            elif value is not None:
                worksheet.write_number(row, column, value)
workbook.close()
"""

# Every municipality, year, ending and 208 durations: close to the most rows that a sheet of Excel can hold.
LARGEST = """
    insert into marts.dim_reporting_years
    select annexes.annex, years.year
    from marts.dim_annexes as annexes, (select unnest(range(2017, 2025)) as year) as years
    where (annexes.annex, years.year) not in (select (annex, year) from marts.dim_reporting_years);
    truncate marts.annex_4_ended_trajectories;
    insert into marts.annex_4_ended_trajectories by name
    select year, nis_code, municipality, province, ending, months as duration_months, 1 as trajectories
    from marts.dim_municipalities, marts.dim_endings, (select unnest(range(208)) as months),
        (select year from marts.dim_reporting_years where annex = 4)
"""


@dataclass(frozen=True)
class Cost:
    """What one process took: wall-clock seconds and the most memory it ever held, in bytes."""

    seconds: float
    memory: int


def measure(command: list[str]) -> Cost:
    """Run a command to its end; CalledProcessError when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(seconds, _peak_bytes(usage))


def _peak_bytes(usage: resource.struct_rusage) -> int:
    # Linux counts kibibytes, macOS bytes.
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _best(command: list[str], repeats: int) -> Cost:
    costs = [measure(command) for _ in range(repeats)]
    return Cost(min(cost.seconds for cost in costs), max(cost.memory for cost in costs))


def _export(database: Path, out: Path, *options: str) -> list[str]:
    return [
        sys.executable, str(EXPORTER), "--quiet", "--database", str(database), "--out", str(out), *options
    ]  # fmt: skip


def _take_cells(workbook: Path, target: Path) -> int:
    """Store the values of every sheet for the floor; return how many cells there are."""
    book = CalamineWorkbook.from_path(str(workbook))
    with target.open("wb") as file:
        sheets = [(name, _values(book.get_sheet_by_name(name).to_python())) for name in book.sheet_names]
        cells = sum(value is not None for _, rows in sheets for row in rows for value in row)
        pickle.dump(sheets, file)
    return cells


def _values(rows: list[list]) -> list[list]:
    return [[None if value == "" else value for value in row] for row in rows]


def compare(name: str, database: Path, folder: Path, repeats: int, options: tuple[str, ...] = ()) -> None:
    """Print the export of a workbook, the floor of the same cells, and the package of CSV files."""
    exported = _best(_export(database, folder, *options), repeats)
    _tell(f"{name}: export", exported)
    _tell(f"{name}: csv package", _best(_export(database, folder, "--format", "csv", *options), repeats))
    (workbook,) = folder.glob("*.xlsx")
    cells = folder / "cells.pickle"
    number = _take_cells(workbook, cells)
    floor = _best([sys.executable, "-c", FLOOR, str(cells), str(folder / "floor.xlsx")], repeats)
    _tell(f"{name}: xlsxwriter alone, the same {number:,} cells", floor)
    print(f"| {name}: export / xlsxwriter alone | **{exported.seconds / floor.seconds:.2f}** | |", flush=True)


def _tell(what: str, cost: Cost) -> None:
    print(f"| {what} | {cost.seconds:.1f} | {cost.memory / 1e6:,.0f} |", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Measure the given warehouse, and a copy of it with a mart of a million rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="a built warehouse; it is only read")
    parser.add_argument("--without-million", action="store_true", help="leave out the mart of a million rows")
    options = parser.parse_args(arguments)
    print("| what | seconds | peak memory, MB |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="bench_export_") as name:
        folder = Path(name)
        compare("all annexes", options.database, _made(folder / "all"), REPEATS)
        if options.without_million:
            return
        largest = folder / "largest.duckdb"
        shutil.copy(options.database, largest)
        with duckdb.connect(str(largest)) as connection:
            connection.execute(LARGEST)
        compare("annex 4 with a million rows", largest, _made(folder / "largest"), 1, ("--annex", "4"))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
