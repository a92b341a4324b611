"""The problem of every method: synthetic counts, what adds up to what, and records that give the counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from twe.errors import ProtectionError
from twe.protection.cells import Cells, Integers
from twe.protection.warehouse import open_database, read_cells

KEYS = 256
"""Record keys are whole numbers below this, as the table of the cell-key package expects."""

_README = """# Synthetic counts for methods of disclosure control

**Synthetic data: no row describes a real person. The figures per municipality are invented.**

- `cells.csv.gz`: a count per row. `cell_id`, `measure`, `year`, `area_id`, `dimension`, `category`;
  `true_count` and `second_true_count` in the first and second release; `is_published`: false for what
  readers only get by subtracting; `is_municipal`: counts of 1 to {most} of these must stay unknown.
- `equations.csv.gz`: a term per row. In each `equation_id` the parts (`sign` 1) add up to the total (`sign`
  -1); `cell_id` names a cell.
- `records.csv.gz`: a record in a cell per row. `release` 1 or 2, `cell_id`, `record`, `record_key` (0 to
  {key}). Counting the rows of a cell gives its count. Counts that no sum joins share no records.
"""


@dataclass(frozen=True)
class Records:
    """Who is counted where: a cell and a record per row, and the key of every record."""

    cells: Integers
    records: Integers
    keys: Integers

    def counts(self, cells: int) -> Integers:
        """Return the count of each of so many cells."""
        return np.bincount(self.cells, minlength=cells)


@dataclass(frozen=True)
class Release:
    """The truth of a release: cells, and records that give them."""

    cells: Cells
    records: Records


def read_synthetic(database: Path) -> Cells:
    """Return the counts of persons of a synthetic warehouse with the sums between them.

    ProtectionError for other warehouses, as true counts are written into files. Months and claims, and what
    ties them to clients, are left out: most methods are for counts of persons.
    """
    with open_database(database, "warehouse") as connection:
        if connection.execute("select is_synthetic from marts.dim_parameters").fetchall() != [(True,)]:
            raise ProtectionError(f"The warehouse {database} isn't synthetic: its true counts stay inside.")
        cells = read_cells(connection)
    kept, whole = cells.units == 1, cells.equations
    is_inside = np.bincount(whole.rows, ~kept[whole.cells], minlength=len(whole)) == 0
    equations = whole.select(whole.is_equality & is_inside)
    position = np.cumsum(kept) - 1
    return cells.select(kept, replace(equations, cells=position[equations.cells]))


def draw_records(cells: Cells, seed: int) -> Records:
    """Draw records that give the counts, so that every equation holds of the records too.

    Within a municipality a cross table is drawn first, since its parts belong to two totals; other totals are
    divided at random. Provinces and Flanders hold the records of their parts.
    """
    random, equations = np.random.default_rng(seed), cells.equations
    sums = [
        (int(members[signs < 0][0]), members[signs > 0].tolist())
        for members, signs in zip(
            np.split(equations.cells, equations.starts[1:-1]),
            np.split(equations.coefficients, equations.starts[1:-1]),
            strict=True,
        )
    ]
    totals = np.zeros(len(cells), dtype=np.int64)
    for total, parts in sums:
        totals[parts] += cells.is_protected[total]
    known: dict[int, Integers] = {}
    drawn = 0
    for chosen in (totals > 1, cells.is_protected & (totals == 0)):
        for cell in np.flatnonzero(chosen).tolist():
            if cell not in known:
                known[cell] = drawn + np.arange(cells.truth[cell])
                drawn += int(cells.truth[cell])
        _add_up(sums, known)
    while len(known) < len(cells):
        before = len(known)
        for total, parts in sums:
            is_inside = total in known and cells.is_protected[total]
            if is_inside and not any(part in known for part in parts):
                ends = np.cumsum(cells.truth[parts])[:-1]
                known |= zip(parts, np.split(random.permutation(known[total]), ends), strict=True)
        _add_up(sums, known)
        if len(known) == before:
            raise ProtectionError("Some counts follow from no municipality: no records can be drawn.")
    order = range(len(cells))
    # Twice as many keys as records: those that a second release adds have their own.
    records = Records(
        np.repeat(order, [len(known[cell]) for cell in order]),
        np.concatenate([known[cell] for cell in order]),
        random.integers(0, KEYS, 2 * drawn),
    )
    sizes = np.bincount(records.cells, records.keys[records.records], minlength=len(cells))
    if equations.broken(sizes) or equations.broken(records.counts(len(cells))):
        raise ProtectionError("Two cross tables divide one total: no records were drawn that fit both.")
    return records


def _add_up(sums: list[tuple[int, list[int]]], known: dict[int, Integers]) -> None:
    """Give totals the records of their parts, until no more follows."""
    before = -1
    while len(known) > before:
        before = len(known)
        for total, parts in sums:
            if total not in known and all(part in known for part in parts):
                known[total] = np.concatenate([known[part] for part in parts])


def corrected(release: Release, share: float, seed: int) -> Release:
    """Return a second release: a share of the records is void, as many late ones count where others do."""
    random, records = np.random.default_rng(seed), release.records
    count = len(records.keys) // 2
    chosen = random.permutation(count)[: 2 * round(share * count)]
    is_void, is_copied = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    is_void[chosen[::2]], is_copied[chosen[1::2]] = True, True
    kept, late = ~is_void[records.records], is_copied[records.records]
    second = Records(
        np.concatenate((records.cells[kept], records.cells[late])),
        np.concatenate((records.records[kept], records.records[late] + count)),
        records.keys,
    )
    truth = second.counts(len(release.cells))
    return Release(replace(release.cells, truth=truth, persons=truth), second)


def write_files(releases: tuple[Release, Release], folder: Path, threshold: int) -> None:
    """Write cells, equations and records as open files, with a page about them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(_README.format(most=threshold - 1, key=KEYS - 1), "utf-8")
    first, second = releases
    cells, equations = first.cells, first.cells.equations
    names = cells.ids
    parts = np.array([name.split(":", 4) for name in names], dtype=object).T
    columns = dict(zip(("measure", "year", "area_id", "dimension", "category"), parts, strict=True))
    numbers = {"true_count": cells.truth, "second_true_count": second.cells.truth}
    flags = {"is_published": cells.is_published, "is_municipal": cells.is_protected}
    write_table(folder / "cells.csv.gz", {"cell_id": names, **columns, **numbers, **flags})
    terms = {"equation_id": equations.ids[equations.rows], "cell_id": names[equations.cells]}
    write_table(folder / "equations.csv.gz", terms | {"sign": equations.coefficients})
    every = [release.records for release in releases]
    counted = {
        "release": np.repeat((1, 2), [len(records.cells) for records in every]),
        "cell_id": np.concatenate([names[records.cells] for records in every]),
        "record": np.concatenate([records.records for records in every]),
        "record_key": np.concatenate([records.keys[records.records] for records in every]),
    }
    write_table(folder / "records.csv.gz", counted)


def write_table(path: Path, columns: Mapping[str, np.ndarray]) -> None:
    """Write a CSV file, packed if its name ends in .gz, from an array per column."""
    target = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.register("content", dict(columns))
        connection.execute(f"copy content to '{target}' (format csv)")
