"""The municipalities of later borders, protected together with those of a warehouse.

A municipality that others merge into is the sum of them, and so is a province of what moves into it. Their
counts are rounded, registered and attacked as if they were published, so that an edition by the later borders
may follow. After a merger that they didn't know, an edition leaves out what changed, or is issued again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain

import numpy as np

from twe.protection.cells import (
    NOT_ADDITIVE,
    Cells,
    Flags,
    Integers,
    Term,
    equations_of,
    names_of,
    sum_terms,
)
from twe.protection.releases import HIDDEN, Area, Release


class AfterMerger(StrEnum):
    """What a release shows when earlier ones have other municipalities."""

    UNCHANGED = "unchanged"
    """No figures of municipalities that the merger changed."""
    PROVINCES = "provinces"
    """No figures of municipalities."""
    REISSUE = "reissue"
    """All figures: published values may change, as few as can be, and readers get a list of them."""


@dataclass(frozen=True)
class Merger:
    """A municipality that goes into another one on a day, and the province of either."""

    old: str
    new: str
    day: date
    old_province: str
    new_province: str


@dataclass(frozen=True)
class Place:
    """A municipality of a warehouse: its area, code and province, and the recorded codes that it holds."""

    area_id: str
    code: str
    parent_id: str
    members: frozenset[str]


def with_later_borders(
    cells: Cells, places: Sequence[Place], mergers: Sequence[Merger]
) -> tuple[Cells, list[Area]]:
    """Return the cells with those of each later day of mergers, and the areas of these.

    `mergers` are those after the day of the warehouse. Sums join the new cells with the others.
    """
    heads: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in cells.ids:
        measure, period, area_id, rest = name.split(":", 3)
        if measure != NOT_ADDITIVE:
            heads[area_id].append((f"{measure}:{period}", rest))
    areas: list[Area] = []
    current = list(places)

    def known(head: str, area_ids: Iterable[str], rest: str) -> list[str]:
        names = (f"{head}:{area_id}:{rest}" for area_id in area_ids)
        return [name for name in names if name in cells.position]

    for day in sorted({merger.day for merger in mergers}):
        merged, current = _merged(current, [merger for merger in mergers if merger.day == day], day)
        sums: dict[str, list[str]] = {}
        for whole, parts in merged.items():
            areas.append(Area(whole.area_id, "municipality", whole.members))
            for head, rest in heads[parts[0].area_id]:
                names = known(head, [part.area_id for part in parts], rest)
                if len(names) == len(parts):
                    sums[f"{head}:{whole.area_id}:{rest}"] = names
                    heads[whole.area_id].append((head, rest))
        cells = _with_sums(cells, sums, "merger", is_protected=True)
        sums = {}
        provinces = {place.parent_id for place in current}
        for province in sorted(province for province in provinces if province.endswith(f"@{day}")):
            inside = [place for place in current if place.parent_id == province]
            areas.append(Area(province, "province", frozenset().union(*(place.members for place in inside))))
            for head, rest in heads["flanders"]:
                if names := known(head, [place.area_id for place in inside], rest):
                    sums[f"{head}:{province}:{rest}"] = names
        cells = _with_sums(cells, sums, "municipalities", is_protected=False)
        # With these provinces Flanders is the same sum.
        terms: list[Term] = []
        for head, rest in heads["flanders"]:
            total, names = f"{head}:flanders:{rest}", known(head, sorted(provinces), rest)
            if any(name in sums for name in names):
                terms += sum_terms(f"provinces:{total}@{day}", names, total)
        same = equations_of(terms, cells.position)
        cells = replace(cells, equations=cells.equations.and_also(same))
    return cells, areas


def _with_sums(cells: Cells, sums: Mapping[str, Sequence[str]], equation: str, is_protected: bool) -> Cells:
    """Return the cells followed by sums of them, given with the names of their parts."""
    if not sums:
        return cells
    places = range(len(cells), len(cells) + len(sums))
    terms = (sum_terms(f"{equation}:{total}", parts, total) for total, parts in sums.items())
    equations = equations_of(chain(*terms), cells.position | dict(zip(sums, places, strict=True)))

    def of_parts(values: Integers | Flags) -> Integers:
        return equations.sums(np.append(values, np.zeros(len(sums)))).astype(np.int64)

    new = Cells(
        names_of(sums),
        of_parts(cells.truth),
        of_parts(cells.persons),
        cells.units[[cells.position[parts[0]] for parts in sums.values()]],
        np.full(len(sums), is_protected),
        of_parts(~cells.is_published) == 0,
        equations,
    )
    return cells.and_also(new)


def withheld_areas(
    way: AfterMerger | None, areas: Iterable[Area], history: Sequence[Release]
) -> frozenset[str]:
    """Return the municipalities of which a release shows nothing."""
    municipal = {area.area_id: area.members for area in areas if area.level == "municipality"}
    if way is AfterMerger.PROVINCES:
        return frozenset(municipal)
    if way is not AfterMerger.UNCHANGED:
        return frozenset()
    known, held = set[str](), set[str]()
    for number, release in enumerate(history):
        before = {area.area_id: area.members for area in release.areas if area.level == "municipality"}
        held.update(*before.values())
        if number and release.markers:
            # It may have left out some of them for the same reason.
            values = zip(release.cell_ids, release.values.tolist(), strict=True)
            known |= before.keys() & {area_of(cell) for cell, value in values if value != HIDDEN}
        else:
            known |= before.keys()
    # Nobody can compare a municipality whose records no earlier release counted.
    return frozenset(area for area, members in municipal.items() if area not in known and members & held)


def area_of(cell: str) -> str:
    """Return the area of a cell."""
    return cell.split(":", 3)[2]


def _merged(
    places: Sequence[Place], mergers: Sequence[Merger], day: date
) -> tuple[dict[Place, list[Place]], list[Place]]:
    """Return the new municipalities with their parts, and all municipalities of the day."""
    into = {merger.old: merger for merger in mergers}
    changed = {merger.new_province for merger in mergers if merger.new_province != merger.old_province}
    changed |= {merger.old_province for merger in mergers if merger.new_province != merger.old_province}

    def parent(parent_id: str, province: str | None = None) -> str:
        before, at, vintage = parent_id.partition("@")
        prefix, dash, code = before.rpartition("-")
        code = province or code
        return f"{prefix}{dash}{code}@{day}" if code in changed else f"{prefix}{dash}{code}{at}{vintage}"

    news = {merger.new for merger in mergers}
    parts: dict[str, list[Place]] = defaultdict(list)
    kept = []
    for place in places:
        if place.code in into or place.code in news:
            parts[into[place.code].new if place.code in into else place.code].append(place)
        else:
            kept.append(Place(place.area_id, place.code, parent(place.parent_id), place.members))
    merged = {}
    for new, found in parts.items():
        province = next(merger.new_province for merger in mergers if merger.new == new)
        prefix, dash, _ = found[0].area_id.partition("@")[0].rpartition("-")
        members = frozenset().union(*(place.members for place in found))
        whole = Place(f"{prefix}{dash}{new}@{day}", new, parent(found[0].parent_id, province), members)
        merged[whole] = sorted(found, key=lambda place: place.area_id)
    return merged, [*kept, *merged]
