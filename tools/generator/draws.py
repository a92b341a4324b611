"""Vectorised draws and calendar arithmetic on whole columns."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from generator.assumptions import Span

Array = npt.NDArray[Any]

DAY = np.timedelta64(1, "D")
NO_DAY = np.datetime64("NaT", "D")


def pick(rng: np.random.Generator, weights: npt.ArrayLike, size: int) -> Array:
    """Return `size` positions in `weights`, each with a chance in proportion to its weight (int64)."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    places: Array = np.searchsorted(edges, rng.random(size) * edges[-1], side="right").clip(
        max=len(edges) - 1
    )
    return places


def pick_code(rng: np.random.Generator, mix: Mapping[Any, float], size: int) -> Array:
    """Return `size` keys of `mix` (one dimension, object array), each with its share."""
    keys = np.empty(len(mix), dtype=object)
    keys[:] = list(mix)
    return keys[pick(rng, list(mix.values()), size)]


def whole(rng: np.random.Generator, span: Span, size: int) -> Array:
    """Return `size` whole numbers, uniform over `span` with both bounds included (int64)."""
    return rng.integers(span[0], span[1], size=size, endpoint=True)


def happens(rng: np.random.Generator, share: npt.ArrayLike, size: int) -> Array:
    """Return `size` booleans that are true with chance `share` (one number, or one per element)."""
    is_so: Array = rng.random(size) < np.asarray(share)
    return is_so


def after(start: Array, days: Array) -> Array:
    """Return `start` moved by whole `days` (datetime64[D])."""
    moved: Array = start + days.astype("timedelta64[D]")
    return moved


def first_of_month(month: Array) -> Array:
    """Return the first day of each month (datetime64[D])."""
    return month.astype("datetime64[M]").astype("datetime64[D]")


def last_of_month(month: Array) -> Array:
    """Return the last day of each month (datetime64[D])."""
    last: Array = (month.astype("datetime64[M]") + 1).astype("datetime64[D]") - DAY
    return last


def add_months(day: Array, months: npt.ArrayLike) -> Array:
    """Return the same day number `months` later, clamped to the last day of that month (datetime64[D])."""
    first = first_of_month(day)
    target = day.astype("datetime64[M]") + np.asarray(months).astype("timedelta64[M]")
    moved: Array = np.minimum(target.astype("datetime64[D]") + (day - first), last_of_month(target))
    return moved


def between(rng: np.random.Generator, first: Array, last: Array) -> Array:
    """Return a day per pair, uniform from `first` to `last`, both included (datetime64[D]; first <= last)."""
    width = (last - first).astype("int64") + 1
    return after(first, np.floor(rng.random(len(first)) * width).astype("int64"))


def year_of(day: Array) -> Array:
    """Return the calendar year of each day (int64)."""
    return day.astype("datetime64[Y]").astype("int64") + 1970


def expand(counts: Array) -> tuple[Array, Array]:
    """Return, for `counts[i]` lines of row i, the row of every line and its place in the row from 0."""
    row = np.repeat(np.arange(len(counts)), counts)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
