"""What the benchmark measures of a method, and the table of all."""

from collections.abc import Mapping

import numpy as np

from disclosure.methods import Published
from disclosure.problem import Release
from disclosure.reader import narrowed
from twe.protection.attack import Standard, small_counts
from twe.protection.cells import Cells
from twe.protection.releases import HIDDEN

COLUMNS = {
    "mean error": ".2f",
    "mean error of small": ".2f",
    "largest": ".0f",
    "largest of small": ".0f",
    "small to 0": ".0%",
    "hidden": ".0%",
    "sums broken": ".1%",
    "small narrowed": "",
    "small known": "",
    "changed": ".1%",
    "CPU s": ".1f",
}
"""What is measured, and how it is written; errors are of the values that are shown."""


def measure(
    releases: tuple[Release, Release], published: tuple[Published, Published], threshold: int
) -> dict[str, float | str]:
    """Return what the first release gives away, and how much of it the second one changes for no reason."""
    (first, second), (before, after) = releases, published
    cells, values = first.cells, before.values
    is_shown = cells.is_published & (values != HIDDEN)
    small = small_counts(cells, threshold) & cells.is_published
    errors = np.abs(values - cells.truth)
    is_counted = cells.is_published & (cells.truth > 0)
    figures = (
        _mean(errors[is_shown]),
        _mean(errors[is_shown & small]),
        max(errors[is_shown].tolist(), default=np.nan),
        max(errors[is_shown & small].tolist(), default=np.nan),
        _mean((is_shown & (values == 0))[small]),
        _mean(~is_shown[is_counted]),
        _broken(cells, values, is_shown),
        *_found(cells, before, threshold),
        _mean((values != after.values)[is_counted & (cells.truth == second.cells.truth)]),
        before.seconds,
    )
    return dict(zip(COLUMNS, figures, strict=True))


def _mean(numbers: np.ndarray) -> float:
    return float(numbers.mean()) if len(numbers) else np.nan


def _broken(cells: Cells, values: np.ndarray, is_shown: np.ndarray) -> float:
    """Return the share of the sums of which all is shown that do not hold."""
    equations = cells.equations
    hidden = np.bincount(equations.rows, ~is_shown[equations.cells], minlength=len(equations))
    return _mean((equations.sums(values) != 0)[hidden == 0])


def _found(cells: Cells, published: Published, threshold: int) -> list[str]:
    """Return of how many small counts the bounds exclude a value, and all values but one.

    A solver may find more, unless the attack of the project proved that there are none.
    """
    ends, is_small = narrowed(cells, published.known), small_counts(cells, threshold)
    is_narrowed = is_small & ((ends.lower > 1) | (ends.upper < threshold - 1))
    found = {Standard.RANGE: is_narrowed, Standard.UNIQUE: is_small & (ends.lower == ends.upper)}
    return [
        ("" if standard in published.proven else "at least ") + f"{flags.sum():,}"
        for standard, flags in found.items()
    ]


def table(rows: Mapping[str, Mapping[str, float | str] | str]) -> str:
    """Return the table in Markdown; a method that was not run has the reason instead of figures."""
    lines = ["| method | " + " | ".join(COLUMNS) + " |", "| --- |" + " ---: |" * len(COLUMNS)]
    for name, measured in rows.items():
        if isinstance(measured, str):
            told = [measured, *[""] * (len(COLUMNS) - 1)]
        else:
            told = [format(measured[column], form).replace("nan", "-") for column, form in COLUMNS.items()]
        lines.append(f"| {name} | " + " | ".join(told) + " |")
    return "\n".join(lines)
