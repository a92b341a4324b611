"""Controlled rounding: every count goes to a neighbouring multiple of the base and all sums still hold."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from twe.errors import ProtectionError
from twe.protection.cells import Cells, Equations, Integers
from twe.protection.solver import Numbers, Program, side_by_side

# A kept value is worth more than any deviation it costs in its own table.
_COST_OF_CHANGE = 1000.0
# Nobody sees a count that only follows by subtracting: its own deviation is the lesser evil.
_COST_UNSEEN = 0.1
_RELATIVE_GAP = 1e-3
_SECONDS = 30.0


@dataclass(frozen=True)
class Rounded:
    """The published values by position, and whether they are proven to deviate as little as can be."""

    values: Integers
    is_optimal: bool


def round_cells(cells: Cells, base: int, previous: Mapping[str, int] | None = None) -> Rounded:
    """Round all cells to multiples of `base` (times the units of a person), additive, error below it.

    Multiples, zero included, stay. A value of `previous` that is still one of the two choices is kept
    wherever the sums allow it, so that a new release says nothing about what did not change.
    ProtectionError when the sums can't all hold.
    """
    bases = base * cells.units
    values = (cells.truth // bases) * bases
    preferences = _preferences(cells, bases, previous or {})
    # A cell without equations goes where it likes.
    values += np.where(preferences < 0, bases, 0) * (cells.truth % bases != 0)

    def solve(part: tuple[Integers, Cells]) -> tuple[Integers, Integers, bool]:
        positions, component = part
        rounded, is_optimal = _round_component(component, bases[positions], preferences[positions])
        return positions, rounded, is_optimal

    are_optimal = True
    for positions, rounded, is_optimal in side_by_side(solve, cells.parts()):
        values[positions] = rounded
        are_optimal &= is_optimal
    return Rounded(values, are_optimal)


def _preferences(cells: Cells, bases: Integers, previous: Mapping[str, int]) -> Numbers:
    """Return the cost of rounding up instead of down, per cell, in units of persons."""
    rest = cells.truth % bases
    costs: Numbers = (bases - 2 * rest) / cells.units * np.where(cells.is_published, 1.0, _COST_UNSEEN)
    if not previous:
        return costs
    down = cells.truth - rest
    kept = np.array([previous.get(name, -1) for name in cells.ids], dtype=np.int64)
    changed: Numbers = costs + _COST_OF_CHANGE * (kept == down) - _COST_OF_CHANGE * (kept == down + bases)
    return changed


def _round_component(cells: Cells, bases: Integers, preferences: Numbers) -> tuple[Integers, bool]:
    steps = cells.truth // bases
    is_free = cells.truth % bases != 0
    equations = _within_one_base(cells.equations, bases)
    program = Program(
        equations,
        np.zeros(len(cells)),
        is_free.astype(float),
        is_integer=True,
        right_side=-equations.sums(steps).astype(float),
    )
    program.set("mip_rel_gap", _RELATIVE_GAP)
    program.set("time_limit", _SECONDS)
    choice = program.minimise(np.where(is_free, preferences, 0.0))
    if choice is None:
        raise ProtectionError(
            f"No rounding to the base keeps every sum with {equations.ids[0]} and the {len(equations) - 1} "
            "equations that hang together with it; choose another base or method."
        )
    values = (steps + np.rint(choice).astype(np.int64)) * bases
    broken = equations.broken(values)
    if broken:
        raise ProtectionError(f"The rounded values break the equation {broken[0]}.")
    return values, program.is_optimal


def _within_one_base(equations: Equations, bases: Integers) -> Equations:
    """Leave out equations between counts of different bases: multiples of one need not fit the other."""
    first = bases[equations.cells[equations.starts[:-1]]]
    mixed = np.bincount(
        equations.rows, bases[equations.cells] != first[equations.rows], minlength=len(equations)
    )
    return equations.select(mixed == 0)
