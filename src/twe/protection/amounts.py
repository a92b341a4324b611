"""Euro amounts: at a known rate per month they are counts in disguise, so those of few share a row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import ceil, floor

import numpy as np

from twe.errors import ProtectionError
from twe.protection.attack import Knowledge
from twe.protection.cells import Cells, Term, equations_of, names_of

MONTHS = 12
_BASES = ("worked", "claimed", "booked")
_NET, _RECOVERED = "paid_eur", "recovered_eur"
# Paid for months worked: what a rate says something about.
_RATED = ("worked", "gross_paid_eur")


@dataclass(frozen=True)
class Amount:
    """One amount of annex 3 with the number of persons it rests on; `basis` is worked, booked or claimed.

    The rates are the lowest and highest of a full month in its year; None where they aren't known.
    """

    basis: str
    column: str
    year: int
    level: str
    area_id: str
    parent_area_id: str | None
    euro: Decimal
    persons: int
    lowest_rate: Decimal | None = None
    highest_rate: Decimal | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """Return what is hidden as one: the amounts of an area and year on the same basis."""
        return self.basis, self.year, self.area_id


Key = tuple[str, int, str]
Bounds = Mapping[tuple[int, str], tuple[Decimal, Decimal]]
"""The least and most gross euros worked, by year and area, that published counts leave open."""


@dataclass(frozen=True)
class _Row:
    """What an area shows as one: the amounts of a basis and year that some of its parts don't show singly."""

    basis: str
    year: int
    parent: str


class Amounts:
    """The amounts of a warehouse, and which of them may be shown singly."""

    def __init__(self, amounts: Iterable[Amount], least: int, margin: Decimal, bounds: Bounds) -> None:
        """Take amounts of every level, and what published counts say about them.

        Those of fewer persons than `least` are hidden, and none may be estimated within `margin` of it.
        """
        self._least = least
        self._margin = margin
        self._bounds = bounds
        self._persons: dict[Key, int] = {}
        self._euros: dict[Key, dict[str, Decimal]] = defaultdict(dict)
        self._parts: dict[str, dict[str, None]] = defaultdict(dict)
        provinces: set[str] = set()
        for amount in amounts:
            self._persons[amount.key] = amount.persons
            # Net is gross and recovered together: nothing is known of it but by these.
            if amount.column != _NET:
                self._euros[amount.key][amount.column] = abs(amount.euro)
            if amount.parent_area_id is not None:
                self._parts[amount.parent_area_id][amount.area_id] = None
            if amount.level == "municipality":
                provinces.add(str(amount.parent_area_id))
        self._provinces = sorted(provinces)
        self._bases = {basis for basis, _, _ in self._euros}
        self._years = sorted({year for _, year, _ in self._euros})

    def hidden(self, also: frozenset[Key] = frozenset()) -> frozenset[Key]:
        """Return which amounts to leave out: those of few persons, zero included, of `also`, and companions.

        The smallest come first as companions, until the sum of a row gives none of its amounts away. Who
        misses a year worked misses what was claimed for it, and every year booked: booked amounts are those
        of the months before. Where a row can't be covered, its province is left out too, with others.
        """
        shared: dict[_Row, frozenset[str]] = {}
        for parent in self._provinces:
            ever = frozenset[str]()
            for year in self._years:
                worked, claimed, booked = (_Row(basis, year, parent) for basis in _BASES)
                shared[worked] = self._with_companions([worked], self._few(worked) | self._of(worked, also))
                first = shared[worked] | self._few(claimed) | self._of(claimed, also)
                shared[claimed] = self._with_companions([claimed], first)
                ever |= shared[worked] | self._few(booked) | self._of(booked, also)
            rows = [_Row("booked", year, parent) for year in self._years]
            shared |= dict.fromkeys(rows, self._with_companions(rows, ever))
        for parent in self._parts.keys() - set(self._provinces):
            # The years worked and booked give each other away.
            for year, bases in product(self._years, (("worked", "booked"), ("claimed",))):
                rows = [_Row(basis, year, parent) for basis in bases]
                lost = frozenset(
                    province
                    for province in self._parts[parent]
                    for row in (_Row(basis, year, province) for basis in bases)
                    if row in shared and self._is_open(row, shared[row])
                )
                lost = self._with_companions(rows, lost.union(*(self._of(row, also) for row in rows)))
                is_open = any(self._is_open(row, lost) for row in rows)
                shared |= dict.fromkeys(rows, lost | {parent} if is_open else lost)
        return frozenset((row.basis, row.year, area) for row, areas in shared.items() for area in areas)

    def refuse_open(self, hidden: frozenset[Key]) -> None:
        """Raise ProtectionError that names the first amount that is shown or can be estimated."""
        for basis, year, parent in product(sorted(self._bases), self._years, sorted(self._parts)):
            row = _Row(basis, year, parent)
            missing = self._of(row, hidden)
            shown = sorted(self._few(row) - missing) if parent in self._provinces else []
            if shown or ((basis, year, parent) not in hidden and self._is_open(row, missing)):
                raise ProtectionError(
                    f"The release is refused: amounts {basis} of {shown[0] if shown else parent} in {year} "
                    + ("rest on too few clients." if shown else "can be estimated by their sum.")
                )

    def _of(self, row: _Row, hidden: frozenset[Key]) -> frozenset[str]:
        return frozenset(area for area in self._parts[row.parent] if (row.basis, row.year, area) in hidden)

    def _few(self, row: _Row) -> frozenset[str]:
        places = ((row.basis, row.year, area) for area in self._parts[row.parent])
        return frozenset(key[2] for key in places if self._persons.get(key, self._least) < self._least)

    def _amounts(self, row: _Row, areas: Iterable[str]) -> dict[str, dict[str, Decimal]]:
        found: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for area in areas:
            for column, euro in self._euros.get((row.basis, row.year, area), {}).items():
                found[column][area] = euro
        return found

    def _with_companions(self, rows: Sequence[_Row], chosen: frozenset[str]) -> frozenset[str]:
        """Add the smallest others until all rows are covered, or there are no others."""
        sizes = dict.fromkeys(self._parts[rows[0].parent], Decimal(0))
        for row in rows:
            for euros in self._amounts(row, sizes).values():
                for area, euro in euros.items():
                    sizes[area] += euro
        others = sorted(sizes.keys() - chosen, key=lambda area: (sizes[area], area))
        while others and not all(self._is_covered(row, chosen) for row in rows):
            chosen |= {others.pop(0)}
        return chosen

    def _is_open(self, row: _Row, areas: frozenset[str]) -> bool:
        """Return whether a row gives an amount away.

        With every part of the area in it, the little that was recovered may be of any of them.
        """
        is_whole = len(areas) == len(self._parts[row.parent])
        return not self._is_covered(row, areas, _RECOVERED if is_whole else None)

    def _is_covered(self, row: _Row, areas: frozenset[str], without: str | None = None) -> bool:
        """Return whether the sums of areas, with what is known of each, hide the amount of every one of them.

        Also from the one of them that knows most of the rest: the others can have `margin` less or more.
        """
        columns = self._amounts(row, areas)
        if not columns:
            return True
        if sum(self._persons[row.basis, row.year, area] for area in areas) < self._least:
            return False
        for column, euros in columns.items():
            total = sum(euros.values(), Decimal(0))
            # Where nothing was recovered, the total says so of all.
            if column == without or not total:
                continue
            known = self._bounds if (row.basis, column) == _RATED else {}
            bounds = {area: known.get((row.year, area), (Decimal(0), total)) for area in euros}
            below = {area: euro - bounds[area][0] for area, euro in euros.items()}
            above = {area: min(bounds[area][1], total) - euro for area, euro in euros.items()}
            if not (self._has_room(euros, below) and self._has_room(euros, above)):
                return False
        return True

    def _has_room(self, euros: Mapping[str, Decimal], rooms: Mapping[str, Decimal]) -> bool:
        """Return whether the others but the widest can give or take `margin` of every amount, 0 included."""
        if len(rooms) < 2:
            return False
        second, first = sorted(rooms.values())[-2:]
        whole = sum(rooms.values(), Decimal(0))
        others = {area: whole - room - (second if room == first else first) for area, room in rooms.items()}
        return all(0 < left >= self._margin * euros[area] for area, left in others.items())


# Of fewer amounts each may have a correction.
_ENOUGH = 20


def _rated(amounts: Iterable[Amount]) -> Iterator[tuple[Amount, Decimal, Decimal]]:
    """Yield the amounts that a rate says something about, with the lowest and highest of their year."""
    for amount in amounts:
        is_rated = (amount.basis, amount.column) == _RATED
        if is_rated and amount.lowest_rate is not None and amount.highest_rate is not None:
            yield amount, amount.lowest_rate, amount.highest_rate


def bounds_by_counts(cells: Cells, knowledge: Knowledge, amounts: Iterable[Amount]) -> Bounds:
    """Return what rates and published counts say about gross amounts: rate times months.

    Amounts that the true months do not fit (corrections, part-time months) would mislead the attacker: passed
    over.
    """
    position = cells.position
    found: dict[tuple[int, str], tuple[Decimal, Decimal]] = {}
    for amount, lowest_rate, highest_rate in _rated(amounts):
        clients = position.get(f"clients:{amount.year}:{amount.area_id}:total:total")
        months = position.get(f"subsidised_months:{amount.year}:{amount.area_id}:total:total")
        if clients is None or months is None:
            continue
        least = max(knowledge.lower[months], knowledge.lower[clients])
        most = min(knowledge.upper[months], MONTHS * knowledge.upper[clients])
        lowest, highest = Decimal(float(least)) * lowest_rate, Decimal(float(most)) * highest_rate
        if lowest <= amount.euro <= highest:
            found[amount.year, amount.area_id] = lowest, highest
    return found


def with_rates(
    cells: Cells, knowledge: Knowledge, amounts: Sequence[Amount], hidden: frozenset[Key]
) -> tuple[Cells, Knowledge]:
    """Add what amounts say about clients at the rates of their year: one to twelve months each.

    Where amounts are left out, the row of the province says it about their clients together. Amounts that
    the true clients do not fit (corrections, part-time months) would mislead the attacker: passed over.
    ProtectionError when a rate fits none of many amounts: it proves nothing.
    """
    tried: dict[tuple[Decimal, Decimal], list[bool]] = defaultdict(list)
    position = cells.position
    lower, upper = knowledge.lower.copy(), knowledge.upper.copy()
    left: dict[tuple[int, str, Decimal, Decimal], list[Amount]] = defaultdict(list)
    for amount, lowest, highest in _rated(amounts):
        cell = position.get(f"clients:{amount.year}:{amount.area_id}:total:total")
        if cell is None or amount.level != "municipality":
            continue
        if amount.key in hidden:
            left[amount.year, str(amount.parent_area_id), lowest, highest].append(amount)
            continue
        least, most = _clients(amount.euro, lowest, highest)
        fits = bool(least <= cells.truth[cell] <= most)
        if cells.truth[cell] > 0:
            tried[lowest, highest].append(fits)
        if fits:
            lower[cell], upper[cell] = max(lower[cell], least), min(upper[cell], most)
    for (lowest, highest), fitting in tried.items():
        if len(fitting) >= _ENOUGH and not any(fitting):
            raise ProtectionError(
                f"A rate of {lowest} to {highest} euro per month fits none of the {len(fitting)} amounts of "
                "municipalities; correct seed subsidy_rates."
            )
    # The bounds of sums are cells of their own with a known value.
    bounds: dict[str, int] = {}
    terms: list[Term] = []
    for (year, parent, lowest, highest), group in sorted(left.items()):
        members = [f"clients:{year}:{amount.area_id}:total:total" for amount in group]
        counted = cells.truth[[position[member] for member in members]].sum()
        least, most = _clients(sum((amount.euro for amount in group), Decimal(0)), lowest, highest)
        if ("worked", year, parent) in hidden or not least <= counted <= most:
            continue
        for bound, value, sign in (("at_least", least, -1), ("at_most", most, 1)):
            name = f"euro:{year}:{parent}:{bound}"
            bounds[name] = value
            terms += [(name, member, sign, "<=") for member in members] + [(name, name, -sign, "<=")]
    fixed = np.array([*bounds.values()], dtype=np.int64)
    none = np.zeros(len(fixed), dtype=np.int64)
    equations = equations_of(terms, position | {name: len(cells) + row for row, name in enumerate(bounds)})
    added = Cells(names_of(bounds), fixed, none, none + 1, none > 0, none > 0, equations)
    known = Knowledge(lower, upper).and_also(Knowledge(fixed.astype(float), fixed.astype(float)))
    return cells.and_also(added), known


def _clients(euro: Decimal, lowest: Decimal, highest: Decimal) -> tuple[int, int]:
    return ceil(euro / (highest * MONTHS)), floor(euro / lowest)
