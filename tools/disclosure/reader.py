"""A reader with the documentation and the public table: what bounds of each value say through the sums."""

import numpy as np

from twe.protection.attack import Knowledge
from twe.protection.cells import Cells, Integers


def narrowed(cells: Cells, known: Knowledge) -> Knowledge:
    """Return the bounds of every count after the sums were applied until nothing changes.

    It needs no solver, and finds less than one could: what it finds is certain. Signs must be 1 or -1.
    """
    rows, members = cells.equations.rows, cells.equations.cells
    is_part = cells.equations.coefficients > 0
    lower, upper = known.lower.copy(), known.upper.copy()
    while True:
        least = np.where(is_part, lower[members], -upper[members])
        most = np.where(is_part, upper[members], -lower[members])
        # A term is what the others leave of zero.
        at_least, at_most = -_of_others(rows, most), -_of_others(rows, least)
        before = lower.copy(), upper.copy()
        np.maximum.at(lower, members, np.where(is_part, at_least, -at_most))
        np.minimum.at(upper, members, np.where(is_part, at_most, -at_least))
        if np.array_equal(before[0], lower) and np.array_equal(before[1], upper):
            return Knowledge(lower, upper)


def _of_others(rows: Integers, ends: np.ndarray) -> np.ndarray:
    """Return for each term the sum of the other terms of its row; an unlimited one makes it unlimited."""
    is_endless = np.isinf(ends)
    finite = np.where(is_endless, 0.0, ends)
    sums = np.bincount(rows, finite)[rows] - finite
    endless = np.bincount(rows, is_endless)[rows] - is_endless
    return np.where(endless > 0, np.inf if (ends == np.inf).any() else -np.inf, sums)
