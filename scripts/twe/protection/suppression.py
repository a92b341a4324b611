"""Suppression: small counts are hidden, and as few others as it takes that nobody can compute them."""

import numpy as np

from twe.protection.attack import Knowledge, Standard, attack, small_counts
from twe.protection.cells import Cells, Equations, Flags
from twe.protection.errors import ProtectionError
from twe.protection.solver import INFINITY, Program

_PASSES = 6
# A hidden total costs the reader more than a hidden municipality.
_COST_REGIONAL = 100.0
_TOLERANCE = 1e-6


def hidden_cells(
    cells: Cells, threshold: int, standard: Standard = Standard.RANGE, *, hides_zeros: bool = False
) -> Flags:
    """Return which published cells to hide so that an attack on the release finds nothing.

    First every small count (and every 0 below the provinces when `hides_zeros`), then a partner in each
    equation with one hole, then what linear programs ask for. A shown 0 is never a partner: readers know
    then that hidden counts are at least 1. ProtectionError when the attack still finds a cell after that.
    """
    hidden = cells.is_published & cells.is_protected & (cells.persons >= 1) & (cells.persons < threshold)
    if hides_zeros:
        hidden |= cells.is_published & cells.is_protected & (cells.truth == 0)
    lowest = 0 if hides_zeros else 1
    can_hide = cells.is_published & (cells.truth >= lowest)
    hidden = _with_partners(cells, hidden, can_hide, small_counts(cells, threshold))
    for _ in range(_PASSES):
        verdict = attack(
            cells, hidden_knowledge(cells, hidden, lowest), threshold, standard, most_findings=len(cells)
        )
        if verdict.is_safe:
            return hidden
        failing = {finding.cell for finding in verdict.findings}
        hidden = _repaired(cells, hidden, can_hide, failing, threshold, standard, lowest)
    raise ProtectionError(
        f"No suppression was found that hides {verdict.findings[0].cell} behind other cells; "
        "choose rounding, or another threshold or standard."
    )


def hidden_knowledge(cells: Cells, hidden: Flags, lowest: int) -> Knowledge:
    """Return what is known of the counts: exact, `lowest` or more when hidden, 0 or more when never shown."""
    is_shown = cells.is_published & ~hidden
    lower = np.where(is_shown, cells.truth, np.where(cells.is_published, lowest, 0))
    return Knowledge(lower.astype(float), np.where(is_shown, cells.truth, INFINITY).astype(float))


def _costs(cells: Cells) -> np.ndarray:
    """Return what hiding a cell costs: its persons, more for provinces and Flanders."""
    return (1.0 + cells.truth / cells.units) * np.where(cells.is_protected, 1.0, _COST_REGIONAL)


def _with_partners(cells: Cells, hidden: Flags, can_hide: Flags, small: Flags) -> Flags:
    """Hide the cheapest partner in every equation with one hole, until there are none."""
    equations, costs = cells.equations, _costs(cells)
    hidden = hidden.copy()
    never_shown = ~cells.is_published
    while True:
        is_hole = hidden | never_shown
        holes = np.bincount(equations.rows, is_hole[equations.cells], minlength=len(equations))
        found = False
        for row in np.flatnonzero((holes == 1) & equations.is_equality):
            members = equations.cells[equations.starts[row] : equations.starts[row + 1]]
            open_members = members[hidden[members] | never_shown[members]]
            # A large count that is never shown needs no cover.
            if len(open_members) != 1 or not (hidden[open_members[0]] or small[open_members[0]]):
                continue
            candidates = members[can_hide[members] & ~hidden[members]]
            if len(candidates):
                hidden[candidates[np.argmin(costs[candidates])]] = True
                found = True
        if not found:
            return hidden


def _repaired(
    cells: Cells,
    hidden: Flags,
    can_hide: Flags,
    failing: set[str],
    threshold: int,
    standard: Standard,
    lowest: int,
) -> Flags:
    hidden = hidden.copy()
    for positions, part in cells.parts():
        targets = [index for index, name in enumerate(part.ids) if name in failing]
        if targets:
            repair = _Repair(part, hidden[positions], can_hide[positions], lowest)
            for target in targets:
                for value in _wanted(int(part.truth[target]), threshold, standard, lowest):
                    repair.reach(target, value)
            hidden[positions] = repair.hidden
    return hidden


def _wanted(truth: int, threshold: int, standard: Standard, lowest: int) -> tuple[int, ...]:
    if standard is Standard.RANGE and truth < threshold:
        return (1, threshold - 1)
    return (truth + 1,) if truth == lowest else (truth - 1, truth + 1)


class _Repair:
    """Which further cells to hide in a component so that a cell can take another value, at least cost.

    Every count is its true value plus a rise minus a fall: a shown count that moves has to be hidden.
    """

    def __init__(self, cells: Cells, hidden: Flags, can_hide: Flags, lowest: int) -> None:
        self.cells = cells
        self.hidden = hidden.copy()
        self._can_hide = can_hide
        self._lowest = lowest
        count, old = len(cells), cells.equations
        moves = Equations(
            old.ids,
            old.is_equality,
            old.starts * 2,
            np.stack((old.cells, old.cells + count), axis=1).ravel(),
            np.stack((old.coefficients, -old.coefficients), axis=1).ravel(),
        )
        self._lower = np.zeros(2 * count)
        self._upper = np.zeros(2 * count)
        room = -old.sums(cells.truth).astype(float)
        self._program = Program(moves, self._lower, self._upper, right_side=room)
        self._program.set("presolve", "off")

    def reach(self, target: int, value: int) -> None:
        """Hide what it takes that the cell can be `value`; nothing when no choice of cells can do it."""
        count, truth = len(self.cells), self.cells.truth
        may_move = self.hidden | ~self.cells.is_published | self._can_hide
        floor = np.where(self.cells.is_published, self._lowest, 0)
        upper = np.concatenate(
            (np.where(may_move, INFINITY, 0.0), np.where(may_move, np.maximum(truth - floor, 0), 0))
        )
        lower = np.zeros(2 * count)
        move = value - int(truth[target])
        lower[target] = upper[target] = max(move, 0)
        lower[count + target] = upper[count + target] = max(-move, 0)
        is_free = self.hidden | ~self.cells.is_published
        costs = np.where(is_free, 0.001, _costs(self.cells))
        self._program.bounds(lower, upper)
        moves = self._program.minimise(np.concatenate((costs, costs)))
        if moves is None:
            return
        moved = (moves[:count] > _TOLERANCE) | (moves[count:] > _TOLERANCE)
        self.hidden |= moved & self.cells.is_published
