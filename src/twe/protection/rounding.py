"""Random controlled rounding: every count goes to a neighbouring multiple of the base, all sums still hold.

A secret key draws a target for each cell: the multiple above with a probability of remainder / base, or else
the one below. The published table is the additive one nearest to the targets. So whoever knows the method,
but not the key, can exclude no table that adds up and lies less than the base from the published one.
"""

from collections.abc import Mapping

import numpy as np

from twe.errors import ProtectionError
from twe.protection.cells import Cells, Equations, Flags, Integers
from twe.protection.key import draws
from twe.protection.solver import Numbers, Program, side_by_side

# Weights far apart settle which of two cells has its way: measured, that biases the means the least.
_MOST_WEIGHT = 100.0
# A kept value is worth more than the targets of the cells around it. If some must move, as few as possible
# do, and the key decides which; a redraw may choose others.
_WEIGHT_OF_KEPT = 10_000.0
_SPREAD_OF_KEPT = 2.0
# A value that stays part of an unsafe table after so many redraws is drawn like a new one.
_MOST_KEPT = 3
# Nobody sees a count that only follows by subtracting: it gives way first.
_UNSEEN = 0.01
_RELATIVE_GAP = 1e-3
_NODES = 1000


def round_cells(
    cells: Cells,
    base: int,
    key: bytes,
    previous: Mapping[str, int] | None = None,
    redraws: Integers | None = None,
) -> tuple[Integers, bool]:
    """Round all cells to multiples of `base` (times the units of a person), additive, error below it.

    Multiples, zero included, stay. A value of `previous` that is still one of the two choices is kept
    wherever the sums allow it, so that a new release says nothing about what did not change. `redraws` says
    how often each cell was drawn before. ProtectionError when the sums can't all hold, or no answer was
    found within the limit of the solver. Also returns whether the table is proven to be the nearest one.
    """
    bases = base * cells.units
    if redraws is None:
        redraws = np.zeros(len(cells), dtype=np.int64)
    is_up, weights = _targets(cells, bases, key, previous or {}, redraws)
    values = np.empty(len(cells), dtype=np.int64)

    def solve(part: tuple[Integers, Cells]) -> bool:
        positions, component = part
        rounded = _round_component(component, bases[positions], is_up[positions], weights[positions])
        values[positions], is_optimal = rounded
        return is_optimal

    return values, all([*side_by_side(solve, cells.parts())])


def _targets(
    cells: Cells, bases: Integers, key: bytes, previous: Mapping[str, int], redraws: Integers
) -> tuple[Flags, Numbers]:
    """Return per cell whether its target is the multiple above, and what it costs to miss the target."""
    drawn = draws(key, cells.ids)
    for number in sorted(set(redraws[redraws > 0].tolist())):
        again = redraws == number
        drawn[again] = draws(key, cells.ids[again], number)
    down, rest = cells.truth // bases * bases, cells.truth % bases
    is_up: Flags = drawn[:, 0] * bases < rest
    weights = _MOST_WEIGHT ** drawn[:, 1] * np.where(cells.is_published, 1.0, _UNSEEN)
    if previous:
        kept = cells.values(previous, -1)
        is_kept = (rest > 0) & ((kept == down) | (kept == down + bases)) & (redraws < _MOST_KEPT)
        is_up = np.where(is_kept, kept > down, is_up)
        weights = np.where(is_kept, _WEIGHT_OF_KEPT * _SPREAD_OF_KEPT ** drawn[:, 1], weights)
    return is_up, weights


def _round_component(cells: Cells, bases: Integers, is_up: Flags, weights: Numbers) -> tuple[Integers, bool]:
    steps = cells.truth // bases
    is_free = cells.truth % bases != 0
    equations = _within_one_base(cells.equations, bases)
    values = (steps + is_up) * bases
    if not equations.broken(values):
        return values, True
    program = Program(
        equations,
        np.zeros(len(cells)),
        is_free.astype(float),
        is_integer=True,
        right_side=-equations.sums(steps).astype(float),
    )
    program.set("mip_rel_gap", _RELATIVE_GAP)
    program.set("mip_max_nodes", _NODES)
    # The distance to the targets: a weight for each cell that misses its own.
    choice = program.minimise(np.where(is_up, -weights, weights), offset=float(weights[is_up].sum()))
    if choice is None:
        reason = (
            "was found within the limit of the solver"
            if program.is_limited
            else "to the base keeps every sum"
        )
        raise ProtectionError(
            f"No rounding {reason} with {equations.ids[0]} and the {len(equations) - 1} "
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
