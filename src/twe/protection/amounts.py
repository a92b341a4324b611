"""Euro amounts: at a fixed rate per month they are counts in disguise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

import numpy as np

from twe.errors import ProtectionError
from twe.protection.attack import Knowledge
from twe.protection.cells import Cells, Equations

MONTHS = 12
MARGIN = Decimal("0.10")
"""How near an amount of one municipality may be estimated, as a share of it."""


@dataclass(frozen=True)
class Amount:
    """One amount of annex 3 with the number of persons it rests on; `basis` is worked, booked or claimed."""

    basis: str
    column: str
    year: int
    level: str
    area_id: str
    parent_area_id: str | None
    euro: Decimal
    persons: int

    @property
    def key(self) -> tuple[str, int, str]:
        """Return what is hidden as one: the amounts of an area and year on the same basis."""
        return self.basis, self.year, self.area_id


Key = tuple[str, int, str]


def hidden_amounts(amounts: Iterable[Amount], threshold: int, margin: Decimal = MARGIN) -> frozenset[Key]:
    """Return which amounts to leave out: those of fewer persons than the threshold, and companions.

    Zero persons are fewer too: an exact 0 would show that there was nobody. A municipality misses the same
    years on every basis, as the month worked and the booking day give nearly the same amount. The exact total
    of a province gives the sum of what is missing, so each province and year misses none or at least two,
    with at least the threshold of persons together, and the largest amount can't be estimated within
    `margin` by whoever knows the second one. Where there is no companion, the total of the province is left
    out too (and then that of another province).
    """
    persons: dict[tuple[int, str], int] = {}
    parents: dict[tuple[int, str], str | None] = {}
    euros: dict[tuple[int, str], dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for amount in amounts:
        place = amount.year, amount.area_id
        # Every basis counts its own persons: the fewest decide.
        persons[place] = min(amount.persons, persons.get(place, amount.persons))
        parents[place] = amount.parent_area_id
        euros[place][amount.basis, amount.column] = amount.euro
    groups: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    for (year, area_id), parent in parents.items():
        if parent is not None:
            groups[year, parent].append((year, area_id))
    hidden: set[tuple[int, str]] = set()
    # Municipalities first: what they can't cover among themselves is passed on to their province.
    ordered = sorted(groups.items(), key=lambda group: (group[0][1] == "flanders", group[0]))
    for (year, parent), members in ordered:
        chosen = [place for place in members if place in hidden or persons[place] < threshold]
        if not chosen:
            continue
        others = sorted(set(members) - set(chosen), key=lambda place: (persons[place], place))
        while not _is_covered([(persons[place], euros[place]) for place in chosen], threshold, margin):
            if not others:
                hidden.add((year, parent))
                break
            chosen.append(others.pop(0))
        hidden.update(chosen)
    return frozenset((basis, *place) for place in hidden for basis, _ in euros[place])


def _is_covered(
    missing: Sequence[tuple[int, Mapping[tuple[str, str], Decimal]]], threshold: int, margin: Decimal
) -> bool:
    """Return whether amounts (persons, euro by basis and column) known by their sum hide each of them."""
    if len(missing) < 2 or sum(persons for persons, _ in missing) < threshold:
        return False
    euros = [amounts for _, amounts in missing]
    for column in {column for amounts in euros for column in amounts}:
        known = sorted((abs(amounts.get(column, Decimal(0))) for amounts in euros), reverse=True)
        if known[0] > 0 and sum(known[2:], Decimal(0)) < margin * known[0]:
            return False
    return True


def with_rate(
    cells: Cells,
    knowledge: Knowledge,
    amounts: Sequence[Amount],
    hidden: frozenset[Key],
    rate: Decimal,
) -> tuple[Cells, Knowledge]:
    """Add what amounts say about clients when every month is worth `rate` euro: rate * n to rate * 12 * n.

    Where amounts are left out, the total of the province says it about their clients together. Amounts that
    the true clients do not fit (corrections, part-time months) would mislead the attacker: passed over.
    ProtectionError when no amount fits: such a rate proves nothing.
    """
    tried = fits = 0
    position = {cell: index for index, cell in enumerate(cells.ids)}
    lower, upper = knowledge.lower.copy(), knowledge.upper.copy()
    worked = [amount for amount in amounts if amount.basis == "worked" and amount.column == "gross_paid_eur"]
    left: dict[tuple[int, str], list[Amount]] = defaultdict(list)
    for amount in worked:
        cell = position.get(f"clients:{amount.year}:{amount.area_id}:total:total")
        if amount.level != "municipality" or cell is None:
            continue
        if amount.key in hidden:
            left[amount.year, str(amount.parent_area_id)].append(amount)
            continue
        least, most = _clients(amount.euro, rate)
        tried += cells.truth[cell] > 0
        if least <= cells.truth[cell] <= most:
            fits += cells.truth[cell] > 0
            lower[cell], upper[cell] = max(lower[cell], least), min(upper[cell], most)
    if tried and not fits:
        raise ProtectionError(
            f"A rate of {rate} euro per month fits none of the {tried} amounts of municipalities; give the "
            "rate that was paid."
        )
    sums: list[tuple[str, list[int], int, int]] = []
    for (year, parent), group in sorted(left.items()):
        members = [position[f"clients:{year}:{amount.area_id}:total:total"] for amount in group]
        least, most = _clients(sum((amount.euro for amount in group), Decimal(0)), rate)
        is_total_known = ("worked", year, parent) not in hidden
        if is_total_known and least <= cells.truth[members].sum() <= most:
            sums.append((f"euro:{year}:{parent}", members, least, most))
    return _with_sums(cells, Knowledge(lower, upper), sums)


def _clients(euro: Decimal, rate: Decimal) -> tuple[int, int]:
    return ceil(euro / (rate * MONTHS)), floor(euro / rate)


def _with_sums(
    cells: Cells, knowledge: Knowledge, sums: Sequence[tuple[str, list[int], int, int]]
) -> tuple[Cells, Knowledge]:
    """Bound sums of cells; the bounds are cells of their own with a known value."""
    count = len(cells)
    ids: list[str] = []
    constants: list[int] = []
    names: list[str] = []
    terms: list[list[tuple[int, int]]] = []
    for name, members, least, most in sums:
        for suffix, constant, sign in ((":at_least", least, -1), (":at_most", most, 1)):
            ids.append(name + suffix)
            constants.append(constant)
            names.append(name + suffix)
            terms.append([*((member, sign) for member in members), (count + len(ids) - 1, -sign)])
    if not ids:
        return cells, knowledge
    old, flat = cells.equations, [term for row in terms for term in row]
    lengths = np.cumsum([len(row) for row in terms])
    fixed = np.array(constants, dtype=np.int64)
    zeros = np.zeros(len(ids), dtype=np.int64)
    whole = Cells(
        [*cells.ids, *ids],
        np.concatenate((cells.truth, fixed)),
        np.concatenate((cells.persons, zeros)),
        np.concatenate((cells.units, zeros + 1)),
        np.concatenate((cells.is_protected, zeros.astype(bool))),
        np.concatenate((cells.is_published, zeros.astype(bool))),
        Equations(
            [*old.ids, *names],
            np.concatenate((old.is_equality, zeros.astype(bool))),
            np.concatenate((old.starts, old.starts[-1] + lengths)),
            np.concatenate((old.cells, np.array([cell for cell, _ in flat], dtype=np.int64))),
            np.concatenate((old.coefficients, np.array([weight for _, weight in flat], dtype=np.int64))),
        ),
    )
    return whole, Knowledge(
        np.concatenate((knowledge.lower, fixed.astype(float))),
        np.concatenate((knowledge.upper, fixed.astype(float))),
    )


def shown(amounts: Iterable[Amount], hidden: frozenset[Key]) -> Mapping[tuple[str, str, int, str], Decimal]:
    """Return the amounts that are not left out, by (basis, column, year, area)."""
    return {
        (amount.basis, amount.column, amount.year, amount.area_id): amount.euro
        for amount in amounts
        if amount.key not in hidden
    }
