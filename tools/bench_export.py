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
from openpyxl import load_workbook

from twe.project import PROJECT

EXPORTER = PROJECT / "scripts" / "export_excel.py"
REPEATS = 3

# A whole process as well: it writes ready-made cells with their number formats, or without any; no query, no
# width, no table, no chart. It tells how long it loaded them, which doesn't count.
FLOOR = """
import pickle, sys, time, xlsxwriter
started = time.perf_counter()
with open(sys.argv[1], "rb") as file:
    codes, sheets = pickle.load(file)
print(time.perf_counter() - started)
workbook = xlsxwriter.Workbook(sys.argv[2])
formats = [workbook.add_format({"num_format": code}) if sys.argv[3] == "formats" else None for code in codes]
for name, rows in sheets:
    worksheet = workbook.add_worksheet(name)
    for row, cells in enumerate(rows):
        for column, (value, code) in enumerate(cells):
            if value.__class__ is str:
                worksheet.write_string(row, column, value, formats[code])
            elif value is not None:
                worksheet.write_number(row, column, value, formats[code])
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
    from marts.dim_municipalities, reference.endings, (select unnest(range(208)) as months),
        (select year from marts.dim_reporting_years where annex = 4);
    checkpoint;
    update quality.node_results
    set stored_rows = estimated_size
    from duckdb_tables()
    where relation = schema_name || '.' || table_name
"""


@dataclass(frozen=True)
class Cost:
    """What one process took: wall-clock seconds and the most memory it ever held, in bytes."""

    seconds: float
    memory: int


def measure(command: list[str]) -> Cost:
    """Run a command to its end; seconds that it prints don't count. CalledProcessError when it fails."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        printed = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(seconds - float(printed or 0), _peak_bytes(usage))


def _peak_bytes(usage: resource.struct_rusage) -> int:
    # Linux counts kibibytes, macOS bytes.
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _best(command: list[str], repeats: int) -> Cost:
    costs = [measure(command) for _ in range(repeats)]
    return Cost(min(cost.seconds for cost in costs), max(cost.memory for cost in costs))


def _export(database: Path, out: Path, *options: str) -> list[str]:
    return [
        *(sys.executable, str(EXPORTER), "--quiet", "--edition", "exact"),
        *("--database", str(database), "--out", str(out), *options),
    ]


def _take_cells(workbook: Path, target: Path) -> int:
    """Store value and number format of every cell for the floor; return how many cells there are."""
    codes: dict[str, int] = {}
    sheets = []
    book = load_workbook(workbook, read_only=True)
    for sheet in book:
        rows = [
            [(cell.value, codes.setdefault(cell.number_format, len(codes))) for cell in row]
            for row in sheet.iter_rows()
        ]
        sheets.append((sheet.title, rows))
    book.close()
    with target.open("wb") as file:
        pickle.dump((list(codes), sheets), file)
    return sum(value is not None for _, rows in sheets for row in rows for value, _ in row)


def compare(name: str, database: Path, folder: Path, repeats: int, options: tuple[str, ...] = ()) -> None:
    """Print the export of a workbook, the floor of the same cells, and the package of CSV files."""
    exported = _best(_export(database, folder, *options), repeats)
    _tell(f"{name}: export", exported)
    _tell(f"{name}: csv package", _best(_export(database, folder, "--format", "csv", *options), repeats))
    (workbook,) = folder.glob("*.xlsx")
    cells = folder / "cells.pickle"
    number = _take_cells(workbook, cells)
    for looks, words in (("formats", "values and number formats"), ("plain", "values only")):
        floor = _best([sys.executable, "-c", FLOOR, str(cells), str(folder / "floor.xlsx"), looks], repeats)
        _tell(f"{name}: xlsxwriter alone, {number:,} cells, {words}", floor)
        print(f"| {name}: export / that | **{exported.seconds / floor.seconds:.2f}** | |", flush=True)


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
