"""One attack on several releases: which counts are the same in them, and which equations join them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from twe.errors import ProtectionError
from twe.protection.attack import Knowledge
from twe.protection.cells import (
    NOT_ADDITIVE,
    Cells,
    Equations,
    Flags,
    Integers,
    Term,
    equations_of,
    sum_terms,
)
from twe.protection.releases import Area, Release
from twe.protection.solver import INFINITY, Program
from twe.protection.vintages import area_of

_NODES = 1000
_NONE = -1
"""Stands for "there is none" in arrays of values and positions."""


def terms_of(ids: Sequence[str], equations: Equations) -> dict[str, list[Term]]:
    """Return the terms (equation, cell, coefficient, relation) by equation."""
    found: dict[str, list[Term]] = {}
    for row, name in enumerate(equations.ids):
        relation = "=" if equations.is_equality[row] else "<="
        span = range(equations.starts[row], equations.starts[row + 1])
        found[name] = [
            (name, ids[equations.cells[term]], int(equations.coefficients[term]), relation) for term in span
        ]
    return found


def merge_equations(ids: Iterable[str], areas: Iterable[Area]) -> dict[str, list[Term]]:
    """Return what joins old and new municipalities: a new one is the sum of what merged into it.

    Distinct persons are at most that sum, and at least the largest part.
    """
    municipal = {area.area_id: area.members for area in areas if area.level == "municipality"}
    blocks: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    known = dict.fromkeys(ids)
    for cell in known if municipal else ():
        measure, period, area_id, rest = cell.split(":", 3)
        blocks[area_id].append((f"{measure}:{period}", rest, measure))
    equations: dict[str, list[Term]] = defaultdict(list)
    for area_id, members in municipal.items():
        parts = _parts(members, municipal)
        if not parts:
            continue
        for head, rest, measure in blocks[area_id]:
            whole = f"{head}:{area_id}:{rest}"
            cells = [f"{head}:{part}:{rest}" for part in parts if f"{head}:{part}:{rest}" in known]
            # A part that another release counts and this one does not would make the sum wrong.
            if len(cells) == len(parts):
                for term in _sum_terms(whole, cells, measure):
                    equations[term[0]].append(term)
    return equations


def _parts(members: frozenset[str], municipal: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the areas that make up a larger one; a code that no other area holds has no records."""
    inside = [other for other, codes in municipal.items() if codes and codes < members]
    # Of areas inside one another (two mergers in a row) the largest ones are the parts.
    parts = sorted(one for one in inside if not any(municipal[one] < municipal[other] for other in inside))
    covered = [code for part in parts for code in municipal[part]]
    is_partition = len(covered) == len(set(covered))
    return parts if is_partition else []


def _sum_terms(whole: str, parts: Sequence[str], measure: str) -> list[Term]:
    if measure != NOT_ADDITIVE:
        return sum_terms(f"merger:{whole}", parts, whole)
    name = f"merger:{whole}:at_most"
    terms = [(name, part, -1, "<=") for part in parts] + [(name, whole, 1, "<=")]
    for part in parts:
        name = f"merger:{whole}:{part}"
        terms += [(name, part, 1, "<="), (name, whole, -1, "<=")]
    return terms


def unite(warehouses: Sequence[tuple[str, Cells, Sequence[Area]]]) -> Cells:
    """Return the cells of warehouses with other municipalities as one, with the equations that join them.

    ProtectionError when they disagree on a count that both hold: they tell of other records.
    """
    (_, first, _), *others = warehouses
    if not others:
        return first
    united = first
    position = {cell: index for index, cell in enumerate(first.ids)}
    equations = terms_of(first.ids, first.equations)
    for name, cells, _ in others:
        held = np.array([position.get(cell, _NONE) for cell in cells.ids], dtype=np.int64)
        for index in np.flatnonzero((held != _NONE) & (united.truth[held] != cells.truth)).tolist():
            raise ProtectionError(
                f"The warehouse {name} counts {cells.truth[index]} in {cells.ids[index]} where the first "
                f"counts {united.truth[held[index]]}; build both from the same deliveries and as of the same "
                "day."
            )
        united = united.and_also(cells.select(np.flatnonzero(held == _NONE), equations_of([], {})))
        position = {cell: index for index, cell in enumerate(united.ids)}
        _add(equations, terms_of(cells.ids, cells.equations), name)
    merged = merge_equations(position, [area for *_, areas in warehouses for area in areas])
    equations |= {name: terms for name, terms in merged.items() if name not in equations}
    return replace(united, equations=equations_of(_flat(equations), position))


def _flat(equations: Mapping[str, list[Term]]) -> list[Term]:
    return [term for terms in equations.values() for term in terms]


def _add(equations: dict[str, list[Term]], new: Mapping[str, list[Term]], name: str) -> None:
    """Add equations; one of the same name with other terms (other municipalities) gets a name of its own."""
    for equation, terms in new.items():
        held = equations.get(equation)
        if held is None:
            equations[equation] = terms
        elif {term[1:] for term in held} != {term[1:] for term in terms}:
            renamed = f"{equation} ({name})"
            equations[renamed] = [(renamed, *term[1:]) for term in terms]


class Past:
    """Today's counts and those that only earlier releases hold, each with a value that agrees with all.

    A count of an earlier release is taken to be the same as in the next one, unless what is published of it,
    or an equation, forces a change in its row (measure, year, area): then it is a count of its own, that
    still adds up with the rest. Counts that could have stayed the same change as little as can be.
    """

    def __init__(self, cells: Cells, earlier: Sequence[Release], areas: Iterable[Area]) -> None:
        """Take over what earlier releases say, the newest last; `areas` are those of `cells`.

        ProtectionError when a release contradicts itself.
        """
        self.cells = cells
        self.earlier = tuple(earlier)
        self._ids = list(cells.ids)
        self._units: list[int] = cells.units.tolist()
        self._values: list[int] = cells.truth.tolist()
        # Where a cell is now, by its name in the releases still to come, which are older.
        self._position = {cell: index for index, cell in enumerate(cells.ids)}
        self._areas = {area.area_id: area for area in areas}
        self._terms: list[Term] = []
        # Of the counts that follow today's.
        self._is_former: list[bool] = []
        own = terms_of(cells.ids, cells.equations) if earlier else {}
        self._seen = {_content(terms) for terms in own.values()}
        self._lower, self._upper = [0.0] * len(cells), [INFINITY] * len(cells)
        for release in reversed(earlier):
            self._add(release)
        self._all = self._all_cells()

    def known_alone(self, candidate: Release) -> tuple[Cells, Knowledge]:
        """Return today's counts and what a release of them says by itself."""
        position = {cell: index for index, cell in enumerate(candidate.cell_ids)}
        return self.cells, candidate.knowledge().at(np.array([position[cell] for cell in self.cells.ids]))

    def known_with(self, candidate: Release) -> tuple[Cells, Knowledge]:
        """Return all counts and what a release of today's counts says of them together with earlier ones.

        Counts of earlier releases follow today's. Those of municipalities that no newer release has are
        attacked too, with the value that they are taken to have.
        """
        _, own = self.known_alone(candidate)
        lower, upper, today = np.array(self._lower), np.array(self._upper), slice(len(self.cells))
        lower[today] = np.maximum(lower[today], own.lower)
        upper[today] = np.minimum(upper[today], own.upper)
        return self._all, Knowledge(lower, upper)

    def _add(self, release: Release) -> None:
        equations = terms_of(release.cell_ids, release.equations)
        equations |= {name: terms for name, terms in self._mergers(release).items() if name not in equations}
        known = release.knowledge()
        bounds = dict(zip(release.cell_ids, zip(known.lower, known.upper, strict=True), strict=True))
        units = dict(zip(release.cell_ids, release.units.tolist(), strict=True))
        # A merger also names cells of the same day that only a newer release has.
        names = list(dict.fromkeys([*release.cell_ids, *(term[1] for term in _flat(equations))]))
        lower = np.array([bounds.get(name, (0.0, INFINITY))[0] for name in names])
        upper = np.array([bounds.get(name, (0.0, INFINITY))[1] for name in names])
        places = [self._position.get(name, _NONE) for name in names]
        later = np.array([_NONE if place == _NONE else self._values[place] for place in places])
        local = equations_of(_flat(equations), {name: index for index, name in enumerate(names)})
        values = _with_least_change(names, local, Knowledge(lower, upper), later, release.name)
        rows = {_row(names[index]) for index in np.flatnonzero((values != later) & (later != _NONE))}
        for index, name in enumerate(names):
            place = places[index]
            if values[index] != later[index] or _row(name) in rows:
                # A cell that no newer release has keeps its name.
                self._ids.append(name if place == _NONE else f"{name} ({release.name})")
                self._units.append(units[name] if name in units else self._units[place])
                self._values.append(int(values[index]))
                self._lower.append(0.0)
                self._upper.append(INFINITY)
                is_new = place == _NONE and self._areas
                area = self._areas.get(area_of(name)) if is_new else None
                self._is_former.append(area is not None and area.level == "municipality")
                place = self._position[name] = len(self._ids) - 1
            self._lower[place] = max(self._lower[place], float(lower[index]))
            self._upper[place] = min(self._upper[place], float(upper[index]))
        for name, terms in equations.items():
            label = f"{name} ({release.name})"
            moved = [(label, self._ids[self._position[term[1]]], *term[2:]) for term in terms]
            if _content(moved) not in self._seen:
                self._seen.add(_content(moved))
                self._terms += moved

    def _mergers(self, release: Release) -> dict[str, list[Term]]:
        """Return what joins the municipalities of a release to those of newer ones."""
        self._areas |= {area.area_id: area for area in release.areas}
        new = {cell for cell in release.cell_ids if cell not in self._position}
        if not new:
            return {}
        found = merge_equations([*self._position, *new], self._areas.values())
        return {name: terms for name, terms in found.items() if any(term[1] in new for term in terms)}

    def _all_cells(self) -> Cells:
        new = slice(len(self.cells), None)
        values = np.array(self._values[new], dtype=np.int64)
        units = np.array(self._units[new], dtype=np.int64)
        former = Cells(
            self._ids[new],
            values,
            # At least so many persons are behind a count.
            -(-values // units),
            units,
            np.array(self._is_former, dtype=bool),
            np.zeros(len(values), dtype=bool),
            equations_of(self._terms, {cell: index for index, cell in enumerate(self._ids)}),
        )
        return self.cells.and_also(former)


def _row(cell: str) -> str:
    return cell.rsplit(":", 2)[0]


def _content(terms: Iterable[Term]) -> frozenset[tuple[str, int, str]]:
    return frozenset(term[1:] for term in terms)


def _with_least_change(
    names: Sequence[str], equations: Equations, known: Knowledge, later: Integers, release: str
) -> Integers:
    """Return values of a release that agree with it, and differ from `later` as little as can be."""
    none = np.zeros(len(names), dtype=np.int64)
    cells = Cells(names, later, none, none, none > 0, none > 0, equations)
    # Whole bounds: nearest to the later value, which is the value where nothing forces another.
    values = np.clip(later, known.lower, known.upper).astype(np.int64)
    for positions, part in cells.parts():
        bounds = known.at(positions)
        is_same = (part.truth != _NONE) & bounds.allows(part.truth)
        if is_same.all() and not part.equations.broken(part.truth):
            continue
        found = _solved(part, bounds, is_same)
        if found is None:
            raise ProtectionError(
                f"What {release} says of {part.ids[0]} and the {len(part) - 1} counts that hang together "
                "with it contradicts itself; restore the register from a backup."
            )
        values[positions] = found
    return values


def _solved(part: Cells, bounds: Knowledge, is_same: Flags) -> Integers | None:
    """Return the whole values that fit with the smallest changes in all; None when none fit."""
    fixed = Program(
        part.equations,
        np.where(is_same, part.truth, bounds.lower),
        np.where(is_same, part.truth, bounds.upper),
        is_integer=True,
    )
    fixed.set("mip_max_nodes", _NODES)
    values = fixed.minimise(np.zeros(len(part)))
    if values is None:
        program = _changes(part, bounds, np.flatnonzero(is_same))
        program.set("mip_max_nodes", _NODES)
        values = program.minimise(np.repeat([0.0, 1.0], [len(part), is_same.sum()]))
        if values is None and program.is_limited:
            raise ProtectionError(
                "The release is refused, as it is undecided what earlier releases say about "
                f"{part.ids[0]} and the {len(part) - 1} counts that hang together with it: the solver "
                "reached its limit."
            )
    return None if values is None else np.rint(values[: len(part)]).astype(np.int64)


def _changes(part: Cells, bounds: Knowledge, same: Integers) -> Program:
    """Return a program over a value per cell and, for those in `same`, how far it is from the truth."""
    count, extra = len(part), len(same)
    equations, truth = part.equations, part.truth[same]
    # value - change <= truth, and the same for its opposite.
    limits = np.stack((same, count + np.arange(extra)), axis=1).ravel()
    ends = equations.starts[-1] + 2 * np.arange(1, 2 * extra + 1)
    return Program(
        Equations(
            [*equations.ids, *(["change"] * (2 * extra))],
            np.concatenate((equations.is_equality, np.zeros(2 * extra, dtype=bool))),
            np.concatenate((equations.starts, ends)),
            np.concatenate((equations.cells, limits, limits)),
            np.concatenate((equations.coefficients, np.tile([1, -1], extra), np.tile([-1, -1], extra))),
        ),
        np.concatenate((bounds.lower, np.zeros(extra))),
        np.concatenate((bounds.upper, np.full(extra, INFINITY))),
        is_integer=True,
        right_side=np.concatenate((np.zeros(len(equations)), truth, -truth)).astype(float),
    )
