"""The methods: what each publishes of the counts of a release, and what its documentation tells a reader."""

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from disclosure.problem import KEYS, Release, write_table
from twe.protection.attack import Knowledge, Standard, Verdict, attack
from twe.protection.cells import Cells, Integers
from twe.protection.releases import HIDDEN
from twe.protection.rounding import round_cells
from twe.protection.solver import INFINITY, Numbers
from twe.protection.suppression import hidden_cells, hidden_knowledge

MOST_NOISE, VARIANCE = 4, 2.0
"""Noise reaches as far as rounding to the base can."""
_MOST_DRAWS = 10
# Nothing of it is published: the same data always have the same table.
_KEY = b"disclosure benchmark"


@dataclass(frozen=True)
class Published:
    """What a method made of a release: a value per cell or HIDDEN, and what a reader knows of each count.

    `proven` are the standards that it meets by the attack of the project.
    """

    values: Integers
    known: Knowledge
    seconds: float
    proven: frozenset[Standard] = frozenset()


Run = Callable[[Release, Published | None], Published]
"""A method: takes a release and what it published of the one before."""


def methods(cell_key_python: Path | None, work: Path, threshold: int) -> dict[str, Run | str]:
    """Return the methods by name, with a reason where one can't be run; cell keys have files in `work`.

    Counts below `threshold` are small, and rounding is to multiples of it.
    """
    noise = _CellKey(cell_key_python, work, noise_table(MOST_NOISE, VARIANCE), 0) if cell_key_python else None
    sample = _CellKey(cell_key_python, work, None, 10) if cell_key_python else None
    no_package, no_r = "not run: the package isn't installed", "not run: R, and not in Debian 12"
    return {
        f"this project's rounding to {threshold}": partial(_rounding, threshold),
        f"this project's suppression below {threshold}": partial(_suppression, threshold),
        f"each count to the nearest {threshold}": partial(_nearest, threshold),
        f"cell key, noise up to {MOST_NOISE}, variance {VARIANCE:g}": noise or no_package,
        "cell key, the package's sample table 10-5": sample or no_package,
        "SmallCountRounding": no_r,
        "GaussSuppression": no_r,
        "hypercube of tau-ARGUS": "not run: no package",
    }


def within(cells: Cells, values: Integers, error: int) -> Knowledge:
    """Return what a reader knows when every published value is off by at most `error`."""
    is_shown = cells.is_published & (values != HIDDEN)
    lower = np.where(is_shown, np.maximum(values - error, 0), 0).astype(float)
    return Knowledge(lower, np.where(is_shown, values + error, INFINITY).astype(float))


def _rounding(threshold: int, release: Release, previous: Published | None) -> Published:
    """Round, and draw again what the attack narrows, as a release of the project does."""
    cells, start = release.cells, time.process_time()
    last = dict(zip(cells.ids, previous.values.tolist(), strict=True)) if previous else {}
    redraws = np.zeros(len(cells), dtype=np.int64)
    parts: dict[bytes, Verdict] = {}
    for _ in range(_MOST_DRAWS):
        values, _ = round_cells(cells, threshold, _KEY, last, redraws)
        known = within(cells, values, threshold - 1)
        verdict = attack(cells, known, threshold, known_parts=parts)
        if verdict.is_safe:
            break
        redraws[verdict.exposed] += 1
    # Where all values are possible, so are two.
    proven = frozenset(Standard) if verdict.is_safe else frozenset()
    return Published(values, known, time.process_time() - start, proven)


def _suppression(threshold: int, release: Release, _: Published | None) -> Published:
    cells, start = release.cells, time.process_time()
    # It fails when its attack doesn't prove the standard.
    hidden = hidden_cells(cells, threshold)
    seconds = time.process_time() - start
    values = np.where(hidden | ~cells.is_published, HIDDEN, cells.truth)
    return Published(values, hidden_knowledge(cells, hidden), seconds, frozenset(Standard))


def _nearest(threshold: int, release: Release, _: Published | None) -> Published:
    cells, start = release.cells, time.process_time()
    values = (cells.truth + threshold // 2) // threshold * threshold
    seconds = time.process_time() - start
    return Published(values, within(cells, values, threshold // 2), seconds)


def noise_table(most: int, variance: float) -> list[tuple[int, int, int]]:
    """Return a table of noise (count, cell key, what is added) for counts up to 750.

    Of all noise with mean 0 and this variance that makes no count negative it is the least predictable: a
    chance in proportion to exp(a noise + b noise^2), where a and b are found by Newton's method.
    """
    rows = []
    for count in range(1, 751):
        if count <= most:
            chances = _chances(np.arange(-count, most + 1), variance)
        ends = np.rint(np.cumsum(chances) * KEYS).astype(int)
        lowest = -min(count, most)
        added = lowest + np.searchsorted(ends, np.arange(KEYS), side="right")
        rows += [(count, key, noise) for key, noise in enumerate(added.tolist())]
    return rows


def _chances(noise: Integers, variance: float) -> Numbers:
    powers, factors = np.stack((noise, noise**2)).astype(float), np.zeros(2)
    for _ in range(100):
        chances: Numbers = np.exp(factors @ powers)
        chances /= chances.sum()
        means = powers @ chances
        distances = powers - means[:, None]
        slope = (distances * chances) @ distances.T
        # Small steps: a long one can leave the range where the slope tells anything.
        factors -= 0.5 * np.linalg.solve(slope, means - (0.0, variance))
    return chances


@dataclass(frozen=True)
class _CellKey:
    """Cell-key perturbation by the package, with a table of noise or its own, and its threshold."""

    python: Path
    work: Path
    table: list[tuple[int, int, int]] | None
    threshold: int

    def __call__(self, release: Release, _: Published | None) -> Published:
        cells = release.cells
        paths: list[Path] = []
        self.work.mkdir(parents=True, exist_ok=True)
        records = release.records
        keyed = {"cell": records.cells, "record_key": records.keys[records.records]}
        write_table(self.work / "records.csv", keyed)
        if self.table is not None:
            paths.append(self.work / "ptable.csv")
            columns = np.array(self.table).T
            write_table(paths[0], dict(zip(("pcv", "ckey", "pvalue"), columns, strict=True)))
        script = Path(__file__).with_name("cell_key.py")
        command: list[str | Path] = [self.python, script, self.work / "records.csv", str(self.threshold)]
        subprocess.run([*command, self.work, *paths], check=True, stdout=subprocess.DEVNULL)
        # A cell without records isn't in the table of the package: its count is 0.
        values = np.full(len(cells), HIDDEN if self.threshold else 0)
        counts, noise = _read(self.work / "counts.csv"), _read(self.work / "noise.csv")
        values[counts[0]] = counts[1]
        known = known_by_noise(cells, values, list(zip(*noise, strict=True)), self.threshold)
        return Published(values, known, float((self.work / "seconds.txt").read_text("ascii")))


def _read(path: Path) -> list[Integers]:
    """Return the columns of a file of whole numbers, HIDDEN where it has none."""
    rows = duckdb.read_csv(str(path)).fetchnumpy().values()
    return [np.ma.filled(column, HIDDEN).astype(np.int64) for column in rows]


def known_by_noise(
    cells: Cells, values: Integers, noise: Sequence[tuple[int, int]], threshold: int
) -> Knowledge:
    """Return what values say to a reader of the table of noise: which counts can become them.

    0 stays 0; counts above 750 have the noise of 501 to 750.
    """
    by_count: dict[int, list[int]] = {0: [0]}
    for count, added in noise:
        by_count.setdefault(int(count), []).append(int(added))
    ends: dict[int, tuple[int, int]] = {}
    furthest = max(max(map(abs, added)) for added in by_count.values())
    for count in range(int(values.max()) + furthest + 1):
        for added in by_count[count if count <= 750 else (count - 1) % 250 + 501]:
            shown = count + added if count + added >= threshold else HIDDEN
            ends[shown] = (ends.get(shown, (count, count))[0], count)
    seen = np.where(cells.is_published, values, HIDDEN).tolist()
    known = np.array([ends.get(value, (0, 0)) for value in seen], dtype=float).T
    lower = np.where(cells.is_published, known[0], 0)
    return Knowledge(lower, np.where(cells.is_published, known[1], INFINITY))
