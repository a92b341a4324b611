"""Suppression: small counts are hidden, and as few others as it takes that nobody can compute them."""

import numpy as np

from twe.errors import ProtectionError
from twe.protection.attack import Knowledge, Standard, attack, describe, small_counts
from twe.protection.cells import Cells, Equations, Flags, Integers
from twe.protection.solver import INFINITY, Program, side_by_side

_PASSES = 6
# A target is worth hiding a few persons first, more when that is not enough.
_REWARDS = (16.0, 256.0, 4096.0)
_BATCHES = 6
# A hidden total costs the reader more than a hidden municipality.
_COST_REGIONAL = 100.0
_TOLERANCE = 1e-6


def hidden_cells(
    cells: Cells,
    threshold: int,
    standard: Standard = Standard.RANGE,
    also: Flags | None = None,
    never: Flags | None = None,
) -> Flags:
    """Return which published cells to hide so that an attack on the release finds nothing.

    First every small count, then a partner in each equation with one hole, then what linear programs ask for.
    A partner may be a 0: were hidden counts known to be at least 1, a total of 3 that has three of them as
    parts could be nothing else. The cells of `also` are hidden whatever they count, those of `never` are no
    partners, because readers have their values from an earlier release. ProtectionError when the attack still
    finds a cell after that.
    """
    hidden = cells.is_published & cells.is_protected & (cells.persons >= 1) & (cells.persons < threshold)
    if also is not None:
        hidden |= cells.is_published & also
    can_hide = cells.is_published if never is None else cells.is_published & ~never
    hidden = _with_partners(cells, hidden, can_hide, small_counts(cells, threshold))
    for _ in range(_PASSES):
        verdict = attack(cells, hidden_knowledge(cells, hidden), threshold, standard)
        if verdict.is_safe:
            return hidden
        failing = np.zeros(len(cells), dtype=bool)
        failing[verdict.unsettled] = True
        repaired = _repaired(cells, hidden, can_hide, failing, threshold, standard)
        # The same cells again would have the same verdict and repair.
        if np.array_equal(repaired, hidden):
            break
        hidden = repaired
    if verdict.findings:
        reason = describe(verdict.findings[0], threshold).removesuffix(".")
    else:
        reason = f"it is undecided whether {verdict.undecided[0]} is safe"
    raise ProtectionError(
        f"No suppression was found: {reason}; choose rounding, or another threshold or standard."
    )


def hidden_knowledge(cells: Cells, hidden: Flags) -> Knowledge:
    """Return what is known of the counts: exact when they are shown, else 0 or more."""
    is_shown = cells.is_published & ~hidden
    return Knowledge(np.where(is_shown, cells.truth, 0.0), np.where(is_shown, cells.truth, INFINITY))


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
    cells: Cells, hidden: Flags, can_hide: Flags, failing: Flags, threshold: int, standard: Standard
) -> Flags:
    def repair(job: tuple[Integers, Cells]) -> tuple[Integers, Flags]:
        positions, part = job
        work = _Repair(part, hidden[positions], can_hide[positions])
        work.run(failing[positions], threshold, standard)
        return positions, work.hidden

    repaired = hidden.copy()
    jobs = [(positions, part) for positions, part in cells.parts() if failing[positions].any()]
    for positions, chosen in side_by_side(repair, jobs):
        repaired[positions] = chosen
    return repaired


class _Repair:
    """Which further cells to hide in a component so that counts can take other values, at least cost.

    Every count is its true value plus a rise minus a fall: a shown count that moves has to be hidden.
    """

    def __init__(self, cells: Cells, hidden: Flags, can_hide: Flags) -> None:
        self.cells = cells
        self.hidden = hidden.copy()
        count, old = len(cells), cells.equations
        moves = Equations(
            old.ids,
            old.is_equality,
            old.starts * 2,
            np.stack((old.cells, old.cells + count), axis=1).ravel(),
            np.stack((old.coefficients, -old.coefficients), axis=1).ravel(),
        )
        may_move = hidden | can_hide | ~cells.is_published
        self._rise = np.where(may_move, INFINITY, 0.0)
        self._fall = np.where(may_move, cells.truth, 0.0)
        self._lowest = cells.truth.astype(float)
        self._highest = cells.truth.astype(float)
        room = -old.sums(cells.truth).astype(float)
        start = np.zeros(2 * count)
        self._program = Program(moves, start, start, right_side=room)
        self._program.set("presolve", "off")
        self._random = np.random.default_rng(1)

    def run(self, targets: Flags, threshold: int, standard: Standard) -> None:
        """Repair many targets at once while that is cheap, then each of the rest by itself."""
        truth = self.cells.truth
        wants_range = (truth < threshold) & (standard is Standard.RANGE)
        down = np.where(wants_range, truth - 1, np.minimum(self._fall, 1))
        up = np.where(wants_range, threshold - 1 - truth, 1)
        for reward in _REWARDS:
            for _ in range(_BATCHES):
                low, high = self._open(targets, wants_range, down, up)
                if not (low | high).any():
                    return
                self._batch(low, high, down, up, reward)
        for cell in np.flatnonzero(targets):
            for direction in (-1, 1):
                is_open = self._open(targets, wants_range, down, up)[direction == 1]
                distance = (up if direction == 1 else down)[cell]
                if is_open[cell] and distance > 0:
                    self._reach(int(cell), direction, float(distance))

    def _open(
        self, targets: Flags, wants_range: Flags, down: np.ndarray, up: np.ndarray
    ) -> tuple[Flags, Flags]:
        truth = self.cells.truth
        is_still = self._lowest == self._highest
        low = np.where(wants_range, self._lowest > truth - down, is_still & (down > 0))
        high = np.where(wants_range, self._highest < truth + up, is_still & (up > 0))
        return targets & low, targets & high

    def _batch(self, low: Flags, high: Flags, down: np.ndarray, up: np.ndarray, reward: float) -> None:
        """Pay a reward for every unit that an open target moves in a direction drawn for it."""
        heads = self._random.random(len(self.cells)) < 0.5
        rises, falls = high & (heads | ~low), low & (~heads | ~high)
        costs = self._costs()
        self._move(
            np.where(falls, np.minimum(self._fall, down), self._fall),
            np.where(rises, up, self._rise),
            np.where(falls, -reward, costs) + np.where(rises, reward + 1, 0),
            np.where(rises, -reward, costs) + np.where(falls, reward + 1, 0),
        )

    def _reach(self, cell: int, direction: int, distance: float) -> None:
        rise, fall = self._rise.copy(), self._fall.copy()
        rise[cell], fall[cell] = (distance, 0) if direction == 1 else (0, distance)
        # By exactly the distance: not less either.
        least = np.zeros(2 * len(self.cells))
        least[cell if direction == 1 else len(self.cells) + cell] = distance
        costs = self._costs()
        self._move(fall, rise, costs, costs, least)

    def _costs(self) -> np.ndarray:
        is_free = self.hidden | ~self.cells.is_published
        return np.where(is_free, 0.001, _costs(self.cells))

    def _move(
        self,
        fall: np.ndarray,
        rise: np.ndarray,
        fall_costs: np.ndarray,
        rise_costs: np.ndarray,
        least: np.ndarray | None = None,
    ) -> None:
        """Hide whatever moves in the cheapest table; nothing when there is none."""
        count = len(self.cells)
        self._program.bounds(np.zeros(2 * count) if least is None else least, np.concatenate((rise, fall)))
        moves = self._program.minimise(np.concatenate((rise_costs, fall_costs)))
        if moves is None:
            return
        net = moves[:count] - moves[count:]
        self.hidden |= (np.abs(net) > _TOLERANCE) & self.cells.is_published
        self._lowest = np.minimum(self._lowest, self.cells.truth + net)
        self._highest = np.maximum(self._highest, self.cells.truth + net)
