"""Linear and whole-number programs over cells, solved by HiGHS."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import highspy
import numpy as np
from numpy.typing import NDArray

from twe.errors import ProtectionError
from twe.protection.cells import Equations

Item = TypeVar("Item")
Result = TypeVar("Result")
Numbers = NDArray[np.float64]

INFINITY = highspy.kHighsInf


def _print_banner_nowhere() -> None:
    """Make the first solver of the process, which greets on standard output whatever its options say."""
    sys.stdout.flush()
    with contextlib.suppress(OSError), open(os.devnull, "w") as nowhere:
        kept = os.dup(1)
        try:
            os.dup2(nowhere.fileno(), 1)
            highspy.Highs()
        finally:
            os.dup2(kept, 1)
            os.close(kept)


_print_banner_nowhere()


class Program:
    """A program over one value per cell: bounds, equations and a cost to change and solve again."""

    def __init__(
        self,
        equations: Equations,
        lower: Numbers,
        upper: Numbers,
        *,
        is_integer: bool = False,
        right_side: Numbers | None = None,
    ) -> None:
        """Hand the program to the solver; `right_side` replaces the 0 of every equation."""
        self._count = len(lower)
        self._columns = np.arange(self._count, dtype=np.int32)
        right = np.zeros(len(equations)) if right_side is None else right_side
        self._solver = highspy.Highs()
        self.set("output_flag", False)
        # One thread and a fixed seed: the same program has the same answer on every machine.
        self.set("threads", 1)
        self.set("random_seed", 0)
        status = self._solver.passModel(
            self._count,
            len(equations),
            len(equations.cells),
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            np.zeros(self._count),
            lower.astype(np.float64),
            upper.astype(np.float64),
            np.where(equations.is_equality, right, -INFINITY),
            right.astype(np.float64),
            equations.starts[:-1].astype(np.int32),
            equations.cells.astype(np.int32),
            equations.coefficients.astype(np.float64),
            np.full(self._count, int(is_integer), dtype=np.int32),
        )
        if status == highspy.HighsStatus.kError:
            raise ProtectionError("The solver refuses the equations: one of them names a cell twice.")

    def set(self, option: str, value: bool | int | float | str) -> None:
        """Set an option of the solver."""
        self._solver.setOptionValue(option, value)

    def bounds(self, lower: Numbers, upper: Numbers) -> None:
        """Change the bounds of every cell."""
        self._solver.changeColsBounds(
            self._count, self._columns, lower.astype(np.float64), upper.astype(np.float64)
        )

    def prices(self) -> Numbers:
        """Return what each equation contributed to the last answer: 0 when it played no part."""
        return np.array(self._solver.getSolution().row_dual)

    def start_from(self, values: NDArray[Any]) -> None:
        """Offer a solution to begin with."""
        solution = highspy.HighsSolution()
        solution.col_value = list(map(float, values))
        self._solver.setSolution(solution)

    def minimise(self, costs: Numbers, offset: float = 0.0) -> Numbers | None:
        """Return the values of least cost, or the best found within a limit; None without answer or limit.

        `offset` is added to the cost: a gap is relative to their sum.
        """
        self._solver.changeColsCost(self._count, self._columns, costs.astype(np.float64))
        self._solver.changeObjectiveOffset(offset)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in (
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnbounded,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):
            return None
        info = self._solver.getInfo()
        if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
            if self.is_limited:
                return None
            raise ProtectionError(
                f"The solver stopped without an answer: {self._solver.modelStatusToString(status)}."
            )
        return np.array(self._solver.getSolution().col_value)

    @property
    def is_limited(self) -> bool:
        """Whether the solver reached a limit: there may be a better answer, or one where it found none."""
        return self._solver.getModelStatus() in (
            highspy.HighsModelStatus.kIterationLimit,
            highspy.HighsModelStatus.kSolutionLimit,
        )

    @property
    def is_optimal(self) -> bool:
        """Whether the last answer is proven to be the best."""
        return self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Return the results in the order of the items; the solver lets other threads run while it works."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        yield from pool.map(work, items)
