"""Euro amounts: at a fixed rate per month they are counts in disguise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

import numpy as np

from twe.protection.attack import Knowledge
from twe.protection.cells import Cells, Equations

MONTHS = 12


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


def hidden_amounts(amounts: Iterable[Amount], threshold: int) -> frozenset[Key]:
    """Return which amounts to leave out: those of fewer persons than the threshold, and a companion.

    The exact total of a province would give back a single missing amount, so each province and year misses
    none or at least two, with at least the threshold of persons together; where there is no companion, the
    total of the province is left out too (and then that of another province).
    """
    persons = {amount.key: (amount.persons, amount.parent_area_id) for amount in amounts}
    groups: dict[tuple[str, int, str | None], list[Key]] = defaultdict(list)
    for key, (_, parent) in persons.items():
        groups[key[0], key[1], parent].append(key)
    hidden: set[Key] = set()
    # Municipalities first: what they can't cover among themselves is passed on to their province.
    ordered = sorted(groups.items(), key=lambda group: (group[0][2] in (None, "flanders"), str(group[0])))
    for (basis, year, parent), members in ordered:
        if parent is None:
            continue
        first = [key for key in members if key in hidden or 1 <= persons[key][0] < threshold]
        if not first:
            continue
        others = sorted(
            (key for key in members if key not in first and persons[key][0] > 0), key=persons.__getitem__
        )
        chosen = list(first)
        while len(chosen) < 2 or sum(persons[key][0] for key in chosen) < threshold:
            if not others:
                hidden.add((basis, year, parent))
                break
            chosen.append(others.pop(0))
        hidden.update(chosen)
    return frozenset(hidden)


def with_rate(
    cells: Cells,
    knowledge: Knowledge,
    amounts: Sequence[Amount],
    hidden: frozenset[Key],
    rate: Decimal,
) -> tuple[Cells, Knowledge]:
    """Add what amounts say about clients when every month is worth `rate` euro: rate * n to rate * 12 * n.

    Where amounts are left out, the total of the province says it about their clients together. Amounts that
    the true clients do not fit (corrections, another rate) would mislead the attacker and are passed over.
    """
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
        if least <= cells.truth[cell] <= most:
            lower[cell], upper[cell] = max(lower[cell], least), min(upper[cell], most)
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
