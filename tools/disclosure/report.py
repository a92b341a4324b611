"""What the benchmark measures of a method, and the table of all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from disclosure.methods import THRESHOLD, Method, Published
from disclosure.problem import Release
from disclosure.reader import narrowed
from twe.protection.attack import Standard, attack, small_counts
from twe.protection.cells import Cells
from twe.protection.releases import HIDDEN

COLUMNS = (
    "method",
    "mean error",
    "of small",
    "largest",
    "of small",
    "small to 0",
    "hidden",
    "sums broken",
    "small narrowed",
    "small known",
    "changed",
    "CPU s",
)


@dataclass(frozen=True)
class Found:
    """How many counts a reader finds: by the bounds, and at the most, None where no attack was needed."""

    least: int
    most: int | None

    def __str__(self) -> str:
        """Return it for the table."""
        if self.most is None:
            return f"at least {self.least:,}"
        return f"{self.least:,}" if self.least == self.most else f"{self.least:,} to {self.most:,}"


@dataclass(frozen=True)
class Measured:
    """What was measured of a method; shares are of 1, errors of the values that are shown.

    Of the small counts, `narrowed` are those of which a value of 1 to 4 can be excluded, `known` those of
    which all but one can. Bounds tell the least; the attack of the project tells the most: those that no
    witness of it clears.
    """

    mean_error: float
    mean_error_of_small: float
    largest_error: float
    largest_error_of_small: float
    small_to_zero: float
    hidden: float
    broken: float
    narrowed: Found
    known: Found
    changed: float
    seconds: float


def measure(releases: tuple[Release, Release], published: tuple[Published, Published]) -> Measured:
    """Return what the first release gives away, and how much of it the second one changes for no reason."""
    (first, second), (before, after) = releases, published
    cells, values = first.cells, before.values
    is_shown = cells.is_published & (values != HIDDEN)
    is_small = small_counts(cells, THRESHOLD)
    small = is_small & cells.is_published
    errors = np.abs(values - cells.truth)
    is_same = cells.is_published & (cells.truth > 0) & (cells.truth == second.cells.truth)
    return Measured(
        _mean(errors[is_shown]),
        _mean(errors[is_shown & small]),
        max(errors[is_shown], default=np.nan),
        max(errors[is_shown & small], default=np.nan),
        _mean((is_shown & (values == 0))[small]),
        _mean(~is_shown[cells.is_published & (cells.truth > 0)]),
        _broken(cells, values, is_shown),
        *_found(cells, before),
        _mean((values != after.values)[is_same]),
        before.seconds,
    )


def _mean(numbers: np.ndarray) -> float:
    return float(numbers.mean()) if len(numbers) else np.nan


def _broken(cells: Cells, values: np.ndarray, is_shown: np.ndarray) -> float:
    """Return the share of the sums of which all is shown that do not hold."""
    equations = cells.equations
    hidden = np.bincount(equations.rows, ~is_shown[equations.cells], minlength=len(equations))
    return _mean((equations.sums(values) != 0)[hidden == 0])


def _found(cells: Cells, published: Published) -> tuple[Found, Found]:
    """Return how many small counts are narrowed and known; the attack tells where the bounds tell of none."""
    is_small = small_counts(cells, THRESHOLD)
    ends = narrowed(cells, published.known)
    is_narrowed = is_small & ((ends.lower > 1) | (ends.upper < THRESHOLD - 1))
    is_known = is_small & (ends.lower == ends.upper)
    found: list[Found] = []
    for flags, standard in ((is_narrowed, Standard.RANGE), (is_known, Standard.UNIQUE)):
        count = int(flags.sum())
        # Of what isn't narrowed all values are possible: two at the least.
        is_proven = bool(found) and found[0] == Found(0, 0)
        if count or is_proven:
            found.append(Found(count, 0 if is_proven else None))
        else:
            verdict = attack(cells, published.known, THRESHOLD, standard, known_parts=published.parts)
            found.append(Found(0, len(verdict.unsettled)))
    return found[0], found[1]


def table(rows: Sequence[tuple[Method, Measured | None]]) -> str:
    """Return the table in Markdown."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "| --- |" + " ---: |" * (len(COLUMNS) - 1)]
    for method, measured in rows:
        told = [method.reason, *[""] * (len(COLUMNS) - 2)] if measured is None else list(_texts(measured))
        lines.append(f"| {method.name} | " + " | ".join(told) + " |")
    return "\n".join(lines)


def _texts(measured: Measured) -> Iterator[str]:
    yield from (_number(measured.mean_error, ".2f"), _number(measured.mean_error_of_small, ".2f"))
    yield from (_number(measured.largest_error, ".0f"), _number(measured.largest_error_of_small, ".0f"))
    yield from (_number(measured.small_to_zero, ".0%"), _number(measured.hidden, ".0%"))
    yield _number(measured.broken, ".1%")
    yield from (str(measured.narrowed), str(measured.known))
    yield from (_number(measured.changed, ".1%"), _number(measured.seconds, ".1f"))


def _number(number: float, form: str) -> str:
    return "-" if np.isnan(number) else format(number, form)
