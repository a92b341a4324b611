"""The attack: what somebody who knows everything published can say about each small count.

The attacker knows bounds on every count and all equations, and that counts are whole and not negative. A
small count is safe only when whole-number tables that agree with all of that (witnesses) give it both ends
of the range 1 .. threshold - 1. Linear programs tell where no witness can exist, and through which equations.

The solver is limited in nodes, never in seconds, and runs on one thread from a fixed seed: the same input has
the same verdict on any machine, however busy. Where the limit leaves a count with neither a witness nor a
proof, the verdict says that it is undecided.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from twe.errors import ProtectionError
from twe.protection.cells import Cells, Flags, Integers
from twe.protection.solver import INFINITY, Program, side_by_side

_ROUNDS = 40
_TOLERANCE = 1e-6
_PRIMAL = 4
_NODES = 200
# A release that leaks thousands of counts needs no list of thousands.
_MOST_FINDINGS = 3


class Standard(StrEnum):
    """When a small count counts as protected."""

    RANGE = "range"
    """Nothing is known but that it may be any of 1 .. threshold - 1."""
    UNIQUE = "unique"
    """At least two values are possible."""


@dataclass(frozen=True)
class Finding:
    """A small count that can be narrowed: the whole numbers it must lie between, and how that follows."""

    cell: str
    lowest: int
    highest: int | None
    equations: tuple[str, ...]


@dataclass
class Verdict:
    """What an attack found, of all counts or of one component, and the tables that prove the rest safe.

    Positions are those in the cells that were attacked. `witnesses` are whole-number tables; of all counts
    the first is the truth.
    """

    attacked: int = 0
    settled_by_witness: int = 0
    findings: list[Finding] = field(default_factory=list)
    """Small counts that can be narrowed, each with a proof."""
    undecided: list[str] = field(default_factory=list)
    """Small counts for which neither a witness nor a proof was found within the limit of the solver."""
    is_complete: bool = True
    """False when the search stopped early: there may be more findings than listed."""
    witnesses: list[Integers] = field(default_factory=list)
    unsettled: list[int] = field(default_factory=list)
    """Positions of the small counts that no witness covers."""
    exposed: list[int] = field(default_factory=list)
    """Positions of these and of the counts in the proving equations, or of all that hangs together."""

    @property
    def is_safe(self) -> bool:
        """Whether every small count is protected, which witnesses show."""
        return not self.findings and not self.undecided


@dataclass(frozen=True)
class Knowledge:
    """What is known of every count: whole bounds by position; `upper` may be INFINITY."""

    lower: np.ndarray
    upper: np.ndarray

    def allows(self, values: np.ndarray) -> Flags:
        """Return which values lie inside the bounds."""
        return (values >= self.lower) & (values <= self.upper)

    def at(self, positions: Integers) -> "Knowledge":
        """Return the bounds of some cells."""
        return Knowledge(self.lower[positions], self.upper[positions])

    def and_also(self, others: "Knowledge") -> "Knowledge":
        """Return these bounds followed by those of other cells."""
        return Knowledge(
            np.concatenate((self.lower, others.lower)), np.concatenate((self.upper, others.upper))
        )

    def narrowed(self, positions: Integers, also: "Knowledge") -> "Knowledge":
        """Return what is known when more is known of some cells, each named once."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[positions] = np.maximum(lower[positions], also.lower)
        upper[positions] = np.minimum(upper[positions], also.upper)
        return Knowledge(lower, upper)


def nothing_known(count: int) -> Knowledge:
    """Return that so many counts are 0 or more."""
    return Knowledge(np.zeros(count), np.full(count, INFINITY))


def small_counts(cells: Cells, threshold: int) -> Flags:
    """Return which counts must stay unknown: protected, and fewer persons than the threshold behind them."""
    return cells.is_protected & (cells.persons >= 1) & (cells.persons < threshold) & (cells.truth >= 1)


def attack(
    cells: Cells,
    knowledge: Knowledge,
    threshold: int,
    standard: Standard = Standard.RANGE,
    *,
    known_parts: dict[bytes, Verdict] | None = None,
) -> Verdict:
    """Attack every small count.

    `known_parts` keeps what was found of each component: one with the same counts, equations and knowledge
    is not searched again. ProtectionError when the truth contradicts the knowledge or the equations: nobody
    could be deceived then.
    """
    _check_truth(cells, knowledge)
    is_target = small_counts(cells, threshold)
    verdict = Verdict(attacked=int(is_target.sum()), witnesses=[cells.truth])
    if not verdict.attacked:
        return verdict
    jobs = [(positions, part) for positions, part in cells.parts() if is_target[positions].any()]
    found_before = {} if known_parts is None else known_parts

    def run(job: tuple[Integers, Cells]) -> tuple[Integers, Verdict]:
        positions, part = job
        known, targets = knowledge.at(positions), is_target[positions]
        name = _content(part, known, targets, f"{threshold} {standard}")
        if name not in found_before:
            found_before[name] = _Search(part, known, targets, threshold, standard).run()
        return positions, found_before[name]

    parts = [*side_by_side(run, jobs)]
    for positions, found in parts:
        verdict.findings += found.findings
        verdict.undecided += found.undecided
        verdict.is_complete &= found.is_complete
        verdict.settled_by_witness += found.settled_by_witness
        verdict.unsettled += positions[found.unsettled].tolist()
        verdict.exposed += positions[found.exposed].tolist()
    for table in range(max((len(found.witnesses) for _, found in parts), default=0)):
        witness = cells.truth.copy()
        for positions, found in parts:
            if table < len(found.witnesses):
                witness[positions] = found.witnesses[table]
        verdict.witnesses.append(witness)
    return verdict


def _check_truth(cells: Cells, knowledge: Knowledge) -> None:
    wrong = np.flatnonzero(~knowledge.allows(cells.truth))
    if len(wrong):
        raise ProtectionError(f"What is published of {cells.ids[wrong[0]]} can't be true of its count.")
    broken = cells.equations.broken(cells.truth)
    if broken:
        raise ProtectionError(f"The counts break the equation {broken[0]}; build the warehouse again.")


def _whole(value: float) -> int | None:
    return None if value >= INFINITY else int(np.floor(value + _TOLERANCE))


def _content(cells: Cells, knowledge: Knowledge, targets: Flags, rules: str) -> bytes:
    """Return a digest of all that the search of a component depends on."""
    equations = cells.equations
    digest = hashlib.sha256("\n".join([rules, *cells.ids, *equations.ids]).encode())
    arrays = (cells.truth, equations.starts, equations.cells, equations.coefficients, equations.is_equality)
    for array in (*arrays, knowledge.lower, knowledge.upper, targets):
        digest.update(array.tobytes())
    return digest.digest()


class _Search:
    """The attack on one component."""

    def __init__(
        self, cells: Cells, knowledge: Knowledge, targets: Flags, threshold: int, standard: Standard
    ) -> None:
        self.cells = cells
        self.knowledge = knowledge
        self.targets = targets
        self.most = threshold - 1
        self.wants_range = (
            (cells.truth <= self.most) if standard is Standard.RANGE else np.zeros(len(cells), bool)
        )
        self.random = np.random.default_rng(1)
        self.lowest = cells.truth.copy()
        self.highest = cells.truth.copy()
        self.verdict = Verdict()
        self.program = Program(cells.equations, knowledge.lower, knowledge.upper)
        # A new objective keeps the basis; presolve would throw it away.
        self.program.set("presolve", "off")

    def run(self) -> Verdict:
        """Draw witnesses with random objectives, then settle what is left one by one."""
        stale = 0
        for _ in range(_ROUNDS):
            before = self._open().sum()
            if not before or stale == 3:
                break
            self._draw()
            stale = stale + 1 if self._open().sum() > 0.98 * before else 0
        verdict = self.verdict
        verdict.settled_by_witness = int(self.targets.sum() - self._open().sum())
        self.program.bounds(self.knowledge.lower, self.knowledge.upper)
        # One cost at a time: the primal simplex goes on from where it stands.
        self.program.set("simplex_strategy", _PRIMAL)
        for cell in np.flatnonzero(self._open()):
            if len(verdict.findings) + len(verdict.undecided) >= _MOST_FINDINGS:
                verdict.is_complete = False
                break
            if self._open()[cell]:
                self._settle(int(cell))
        verdict.unsettled = np.flatnonzero(self._open()).tolist()
        verdict.exposed = self._exposed().tolist()
        return verdict

    def _exposed(self) -> Integers:
        """Return the open counts with those in equations of findings, or all when one is undecided."""
        if self.verdict.undecided:
            return np.arange(len(self.cells))
        equations = self.cells.equations
        used = {name for finding in self.verdict.findings for name in finding.equations}
        rows = np.array([name in used for name in equations.ids], dtype=bool)
        return np.union1d(np.flatnonzero(self._open()), equations.select(rows).cells)

    def _wants_low(self) -> Flags:
        return np.where(self.wants_range, self.lowest > 1, self.lowest == self.highest)

    def _wants_high(self) -> Flags:
        return np.where(self.wants_range, self.highest < self.most, self.lowest == self.highest)

    def _open(self) -> Flags:
        return self.targets & (self._wants_low() | self._wants_high())

    def _room(self) -> tuple[np.ndarray, np.ndarray]:
        """Return bounds that go no further than the ends that counts want: others need the rest."""
        floor = np.where(self.wants_range, 1, self.cells.truth - 1)
        ceiling = np.where(self.wants_range, self.most, self.cells.truth + 1)
        lower = np.maximum(self.knowledge.lower, floor)
        upper = np.minimum(self.knowledge.upper, ceiling)
        return np.minimum(lower, self.cells.truth), np.maximum(upper, self.cells.truth)

    def _draw(self) -> None:
        """Push every open count towards one end of its range, all at once."""
        low, high = self.targets & self._wants_low(), self.targets & self._wants_high()
        both = self.random.choice([-1, 1], len(self.cells))
        direction = np.where(low & high, both, low.astype(int) - high.astype(int))
        least, most = self._room()
        lower = np.where(direction > 0, least, self.knowledge.lower)
        upper = np.where(direction < 0, most, self.knowledge.upper)
        costs = direction * self.random.uniform(0.5, 1.0, len(self.cells))
        self.program.bounds(lower, upper)
        values = self.program.minimise(costs)
        if values is None:
            raise AssertionError("the truth itself agrees with what is known")
        if not self._record(values):
            program = Program(self.cells.equations, lower, upper, is_integer=True)
            program.set("mip_rel_gap", 0.05)
            self._record_whole(program, costs)

    def _record_whole(self, program: Program, costs: np.ndarray) -> np.ndarray | None:
        program.set("mip_max_nodes", _NODES)
        program.start_from(self.cells.truth)
        values = program.minimise(costs)
        if values is not None:
            self._record(values)
        return values

    def _record(self, values: np.ndarray) -> bool:
        """Keep a table as a witness when it is whole and agrees with everything known."""
        table = np.rint(values).astype(np.int64)
        if not self.knowledge.allows(table).all() or self.cells.equations.broken(table):
            return False
        self.verdict.witnesses.append(table)
        self.lowest = np.minimum(self.lowest, table)
        self.highest = np.maximum(self.highest, table)
        return True

    def _settle(self, cell: int) -> None:
        ends: list[float] = []
        used: list[str] = []
        for direction in (1, -1):
            end, equations = self._extreme(cell, direction)
            ends.append(end)
            used += equations
        if not self._open()[cell]:
            return
        lowest, highest = int(np.ceil(ends[0] - _TOLERANCE)), _whole(ends[1])
        top = INFINITY if highest is None else highest
        is_open = (lowest <= 1 and top >= self.most) if self.wants_range[cell] else lowest < top
        if is_open:
            self._settle_whole(cell, (lowest, highest), tuple(dict.fromkeys(used)))
        else:
            self.verdict.findings.append(
                Finding(self.cells.ids[cell], lowest, highest, tuple(dict.fromkeys(used)))
            )

    def _extreme(self, cell: int, direction: int) -> tuple[float, list[str]]:
        costs = np.zeros(len(self.cells))
        costs[cell] = direction
        values = self.program.minimise(costs)
        if values is None:
            return -direction * INFINITY, []
        self._record(values)
        used = np.flatnonzero(np.abs(self.program.prices()) > _TOLERANCE).tolist()
        return float(values[cell]), [self.cells.equations.ids[row] for row in used]

    def _settle_whole(self, cell: int, ends: tuple[int, int | None], used: tuple[str, ...]) -> None:
        """Look for whole-number tables at the ends that tables with fractions reach."""
        least, most = self._room()
        no_limit = max(1e6, 4.0 * self.cells.truth.max())
        lowest, highest = ends
        for direction in (1, -1):
            if not (self._wants_low() if direction == 1 else self._wants_high())[cell]:
                continue
            lower, upper = self.knowledge.lower.copy(), np.minimum(self.knowledge.upper, no_limit)
            if self.wants_range[cell]:
                lower[cell], upper[cell] = max(lower[cell], least[cell]), min(upper[cell], most[cell])
            costs = np.zeros(len(self.cells))
            costs[cell] = direction
            program = Program(self.cells.equations, lower, upper, is_integer=True)
            # Less than one from the best whole number is the best.
            program.set("mip_rel_gap", 0.0)
            program.set("mip_abs_gap", 0.99)
            values = self._record_whole(program, costs)
            if not self._open()[cell]:
                return
            if values is not None and program.is_optimal:
                proven = round(float(values[cell]))
                lowest, highest = (proven, highest) if direction == 1 else (lowest, proven)
        top = INFINITY if highest is None else highest
        if (lowest > 1 or top < self.most) if self.wants_range[cell] else lowest == top:
            self.verdict.findings.append(Finding(self.cells.ids[cell], lowest, highest, used))
        else:
            self.verdict.undecided.append(self.cells.ids[cell])


def describe(finding: Finding, threshold: int) -> str:
    """Return one sentence that names the cell, what is known of it and the equations it follows from."""
    if finding.highest == finding.lowest:
        known = f"is pinned to {finding.lowest}"
    else:
        highest = "" if finding.highest is None else f" and at most {finding.highest}"
        limits = f"must be at least {finding.lowest}{highest}"
        known = f"{limits}, so not every value of 1 to {threshold - 1} is possible"
    names = finding.equations
    shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    return f"{finding.cell} {known}" + (f", through {shown}." if shown else ", by what is published of it.")
