"""One attack on several releases: which counts are the same in them, and which equations join them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from twe.errors import ProtectionError
from twe.protection.attack import Knowledge, nothing_known
from twe.protection.cells import (
    NOT_ADDITIVE,
    Cells,
    Equations,
    Flags,
    Integers,
    Names,
    Term,
    equations_of,
    names_of,
    sum_terms,
)
from twe.protection.releases import Area, Release
from twe.protection.solver import INFINITY, Program
from twe.protection.vintages import area_of

_NODES = 1000
_NONE = -1
"""Stands for "there is none" in arrays of values and positions."""


def merge_terms(ids: Iterable[str], areas: Iterable[Area]) -> list[Term]:
    """Return what joins old and new municipalities: a new one is the sum of what merged into it.

    Distinct persons are at most that sum, and at least the largest part.
    """
    municipal = {area.area_id: area.members for area in areas if area.level == "municipality"}
    blocks: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    known = dict.fromkeys(ids)
    for cell in known if municipal else ():
        measure, period, area_id, rest = cell.split(":", 3)
        blocks[area_id].append((f"{measure}:{period}", rest, measure))
    terms: list[Term] = []
    for area_id, members in municipal.items():
        parts = _parts(members, municipal)
        for head, rest, measure in blocks[area_id] if parts else ():
            cells = [f"{head}:{part}:{rest}" for part in parts if f"{head}:{part}:{rest}" in known]
            # A part that another release counts and this one does not would make the sum wrong.
            if len(cells) == len(parts):
                terms += _sum_terms(f"{head}:{area_id}:{rest}", cells, measure)
    return terms


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
    (_, united, _), *others = warehouses
    if not others:
        return united
    for name, cells, _ in others:
        place = cells.values(united.position, _NONE)
        is_new = place == _NONE
        for index in np.flatnonzero(~is_new & (united.truth[place] != cells.truth)).tolist():
            raise ProtectionError(
                f"The warehouse {name} counts {cells.truth[index]} in {cells.ids[index]} where the first "
                f"counts {united.truth[place[index]]}; build both from the same deliveries and as of the "
                "same day."
            )
        place[is_new] = len(united) + np.arange(is_new.sum())
        moved = replace(cells.equations, cells=place[cells.equations.cells])
        held = dict(zip(united.equations.ids, united.equations.contents(), strict=True))
        contents = zip(moved.ids, moved.contents(), strict=True)
        is_other = [held.get(known) != content for known, content in contents]
        added = moved.select(np.array(is_other, dtype=bool))
        # One of the same name with other terms (other municipalities) gets a name of its own.
        ids = names_of(f"{known} ({name})" if known in held else known for known in added.ids)
        united = united.and_also(cells.select(is_new, replace(added, ids=ids)))
    merged = merge_terms(united.ids, [area for *_, areas in warehouses for area in areas])
    return replace(united, equations=_with_terms(united.equations, merged, united.position))


def _with_terms(equations: Equations, terms: Iterable[Term], position: Mapping[str, int]) -> Equations:
    """Add equations whose names are not there yet."""
    known = set(equations.ids)
    return equations.and_also(equations_of((term for term in terms if term[0] not in known), position))


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
        self.cells = self._all = cells
        self.earlier = tuple(earlier)
        # Where a cell is now, by its name in the releases still to come, which are older.
        self._position = dict(cells.position)
        self._areas = {area.area_id: area for area in areas}
        self._seen = set(cells.equations.contents() if earlier else ())
        self._known = nothing_known(len(cells))
        for release in reversed(earlier):
            self._add(release)

    def known_alone(self, candidate: Release) -> tuple[Cells, Knowledge]:
        """Return today's counts and what a release of them says by itself."""
        position = dict(zip(candidate.cell_ids, range(len(candidate.cell_ids)), strict=True))
        return self.cells, candidate.knowledge().at(self.cells.values(position, _NONE))

    def known_with(self, candidate: Release) -> tuple[Cells, Knowledge]:
        """Return all counts and what a release of today's counts says of them together with earlier ones.

        Counts of earlier releases follow today's. Those of municipalities that no newer release has are
        attacked too, with the value that they are taken to have.
        """
        _, own = self.known_alone(candidate)
        return self._all, self._known.narrowed(np.arange(len(self.cells)), own)

    def _add(self, release: Release) -> None:
        mergers = self._mergers(release)
        # A merger also names cells of the same day that only a newer release has.
        names = names_of(dict.fromkeys([*release.cell_ids, *(term[1] for term in mergers)]))
        local = _with_terms(release.equations, mergers, dict(zip(names, range(len(names)), strict=True)))
        known = nothing_known(len(names)).narrowed(np.arange(len(release.cell_ids)), release.knowledge())
        places = np.array([self._position.get(name, _NONE) for name in names], dtype=np.int64)
        is_new = places == _NONE
        later = np.where(is_new, _NONE, self._all.truth[places])
        values = _with_least_change(names, local, known, later, release.name)
        rows = {_row(name) for name in names[(values != later) & ~is_new]}
        own = is_new | np.array([_row(name) in rows for name in names], dtype=bool)
        units = np.append(release.units, self._all.units[places[len(release.units) :]])[own]
        municipal = {area.area_id for area in self._areas.values() if area.level == "municipality"}
        is_municipal = [bool(municipal) and area_of(name) in municipal for name in names[own]]
        places[own] = len(self._all) + np.arange(own.sum())
        ids = names_of(f"{name} ({release.name})" for name in local.ids)
        equations = replace(local, ids=ids, cells=places[local.cells])
        is_unseen = []
        for content in equations.contents():
            is_unseen.append(content not in self._seen)
            self._seen.add(content)
        former = Cells(
            # A cell that no newer release has keeps its name.
            np.where(is_new, names, names_of(f"{name} ({release.name})" for name in names))[own],
            values[own],
            # At least so many persons are behind a count.
            -(-values[own] // units),
            units,
            is_new[own] & np.array(is_municipal, dtype=bool),
            np.zeros(len(units), dtype=bool),
            equations.select(np.array(is_unseen, dtype=bool)),
        )
        self._all = self._all.and_also(former)
        self._known = self._known.and_also(nothing_known(len(former))).narrowed(places, known)
        self._position |= zip(names, places.tolist(), strict=True)

    def _mergers(self, release: Release) -> list[Term]:
        """Return what joins the municipalities of a release to those of newer ones."""
        self._areas |= {area.area_id: area for area in release.areas}
        new = {cell for cell in release.cell_ids if cell not in self._position}
        if not new:
            return []
        terms = merge_terms([*self._position, *new], self._areas.values())
        joining = {term[0] for term in terms if term[1] in new}
        return [term for term in terms if term[0] in joining]


def _row(cell: str) -> str:
    return cell.rsplit(":", 2)[0]


def _with_least_change(
    names: Names, equations: Equations, known: Knowledge, later: Integers, release: str
) -> Integers:
    """Return values of a release that agree with it, and differ from `later` as little as can be."""
    none = np.zeros(len(names), dtype=np.int64)
    cells = Cells(names, later, none, none, none > 0, none > 0, equations)
    # Whole bounds: nearest to the later value, which is the value where no equation forces another.
    values = np.clip(later, known.lower, known.upper).astype(np.int64)
    for positions, part in cells.parts():
        bounds = known.at(positions)
        is_same = (part.truth != _NONE) & bounds.allows(part.truth)
        if not len(part.equations) or (is_same.all() and not part.equations.broken(part.truth)):
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
            np.append(equations.ids, np.full(2 * extra, "change", dtype=object)),
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
