"""Published counts and the equations between them, as arrays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Names = NDArray[np.object_]
Term = tuple[str, str, int, str]
"""Of an equation: its name, a cell, the coefficient, and the relation `=` or `<=`."""
NOT_ADDITIVE = "clients"
"""The measure of which a whole isn't the sum of its parts: distinct persons."""


@dataclass(frozen=True)
class Equations:
    """Rows of `sum(coefficient * value) = 0`, or `<= 0` where `is_equality` is False.

    Row r has the terms `starts[r]:starts[r + 1]` of `cells` (positions) and `coefficients`.
    """

    ids: Names
    is_equality: Flags
    starts: Integers
    cells: Integers
    coefficients: Integers

    def __len__(self) -> int:
        """Return the number of equations."""
        return len(self.ids)

    @property
    def rows(self) -> Integers:
        """Return the equation of every term."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the left side of every equation for a value per cell."""
        return np.bincount(self.rows, self.coefficients * values[self.cells], minlength=len(self))

    def neighbours(self, chosen: Flags) -> Flags:
        """Return the cells that share an equation with a chosen one."""
        is_near = np.bincount(self.rows, chosen[self.cells], minlength=len(self)) > 0
        near = np.zeros(len(chosen), dtype=bool)
        near[self.cells[is_near[self.rows]]] = True
        return near

    def broken(self, values: NDArray[Any]) -> list[str]:
        """Return the equations that do not hold on whole values."""
        sums = self.sums(values)
        wrong = np.where(self.is_equality, sums != 0, sums > 0)
        return list(self.ids[wrong])

    def contents(self) -> list[Any]:
        """Return what each equation says, whatever its name: a value to compare it with others by."""
        terms = [*zip(self.cells.tolist(), self.coefficients.tolist(), strict=True)]
        ends = zip(self.is_equality.tolist(), self.starts[:-1], self.starts[1:], strict=True)
        return [(is_equality, frozenset(terms[start:end])) for is_equality, start, end in ends]

    def among_others(self, unseen: Flags) -> "Equations":
        """Return what holds of the other cells: a sum is at least those of its parts that can be seen."""
        is_unseen = unseen[self.cells]
        rows, count = self.rows, len(self)
        is_touched = np.bincount(rows, is_unseen, minlength=count) > 0
        is_bounded = np.bincount(rows, is_unseen & (self.coefficients < 0), minlength=count) == 0
        lengths = np.bincount(rows[~is_unseen], minlength=count)
        left = Equations(
            self.ids,
            self.is_equality & ~is_touched,
            np.concatenate(([0], np.cumsum(lengths))),
            self.cells[~is_unseen],
            self.coefficients[~is_unseen],
        )
        return left.select(is_bounded & (lengths > 0))

    def and_also(self, others: "Equations") -> "Equations":
        """Return these equations followed by others over the same cells."""
        return Equations(
            np.concatenate((self.ids, others.ids)),
            np.concatenate((self.is_equality, others.is_equality)),
            np.concatenate((self.starts, self.starts[-1] + others.starts[1:])),
            np.concatenate((self.cells, others.cells)),
            np.concatenate((self.coefficients, others.coefficients)),
        )

    def select(self, chosen: Flags | Integers) -> "Equations":
        """Return some of the equations over the same cells, by a flag for each or in an order."""
        rows = np.arange(len(self))[chosen]
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        terms = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Equations(
            self.ids[rows],
            self.is_equality[rows],
            starts,
            self.cells[terms],
            self.coefficients[terms],
        )


@dataclass(frozen=True)
class Cells:
    """Counts by position, with what everybody knows about them.

    `persons` is the number of persons behind a count, `units` how many units one person can add.
    `is_protected`: a small count must stay unknown. `is_published`: an annex shows it.
    """

    ids: Names
    truth: Integers
    persons: Integers
    units: Integers
    is_protected: Flags
    is_published: Flags
    equations: Equations

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.ids)

    @property
    def columns(self) -> dict[str, Any]:
        """Return all that is known of the cells one by one."""
        return {field.name: getattr(self, field.name) for field in fields(self)[:-1]}

    @cached_property
    def position(self) -> dict[str, int]:
        """Return the positions by id."""
        return dict(zip(self.ids, range(len(self)), strict=True))

    def values(self, known: Mapping[str, int], otherwise: int) -> Integers:
        """Return a value per cell, where one is known of its id."""
        return np.array([known.get(name, otherwise) for name in self.ids], dtype=np.int64)

    def select(self, positions: Integers | Flags, equations: Equations) -> "Cells":
        """Return some of the cells, with equations over these."""
        columns = {name: column[positions] for name, column in self.columns.items()}
        return Cells(**columns, equations=equations)

    def and_also(self, others: "Cells") -> "Cells":
        """Return these cells followed by others, whose equations are over all of them."""
        added = others.columns
        columns = {name: np.concatenate((column, added[name])) for name, column in self.columns.items()}
        return Cells(**columns, equations=self.equations.and_also(others.equations))

    def components(self) -> Integers:
        """Return a component number per cell: equations never join cells of different components."""
        equations = self.equations
        labels = np.arange(len(self))
        rows, members = equations.rows, equations.cells
        while True:
            lowest = np.full(len(equations), len(self))
            np.minimum.at(lowest, rows, labels[members])
            updated = labels.copy()
            np.minimum.at(updated, members, lowest[rows])
            # The label of the label: halves the way to the lowest cell.
            updated = updated[updated]
            if np.array_equal(updated, labels):
                return np.unique(labels, return_inverse=True)[1]
            labels = updated

    def parts(self) -> list[tuple[Integers, "Cells"]]:
        """Return the components, largest first, and at last all cells alone: their positions and cells."""
        labels = self.components()
        sizes = np.bincount(labels)
        joined = np.argsort(-sizes, kind="stable")[: (sizes > 1).sum()]
        labels[sizes[labels] == 1] = len(sizes)
        row_labels = labels[self.equations.cells[self.equations.starts[:-1]]]
        position = np.empty(len(self), dtype=np.int64)
        found = []
        for label in (*joined, len(sizes)):
            cells, inside = np.flatnonzero(labels == label), self.equations.select(row_labels == label)
            position[cells] = np.arange(len(cells))
            found.append((cells, self.select(cells, replace(inside, cells=position[inside.cells]))))
        return found


def names_of(values: Iterable[object]) -> Names:
    """Return texts (or other objects) as an array."""
    return np.array([*values], dtype=object)


def sum_terms(equation: str, parts: Iterable[str], total: str) -> list[Term]:
    """Return the terms of the equation that says that a cell is the sum of others."""
    return [*((equation, part, 1, "=") for part in parts), (equation, total, -1, "=")]


def equations_of(terms: Iterable[Term], position: Mapping[str, int]) -> Equations:
    """Return equations from terms, in the order of first appearance."""
    by_equation: dict[str, list[tuple[int, int]]] = {}
    relations: dict[str, bool] = {}
    for equation, cell, coefficient, relation in terms:
        by_equation.setdefault(equation, []).append((position[cell], coefficient))
        relations[equation] = relation == "="
    flat = [term for members in by_equation.values() for term in members]
    lengths = [len(members) for members in by_equation.values()]
    return Equations(
        names_of(by_equation),
        np.array(list(relations.values()), dtype=bool),
        np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        np.array([cell for cell, _ in flat], dtype=np.int64),
        np.array([coefficient for _, coefficient in flat], dtype=np.int64),
    )
