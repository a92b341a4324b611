"""Protection of small counts: hand-made tables with known answers, and the demonstration warehouse."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twe.cli import main
from twe.errors import ProtectionError
from twe.protection import job, rounding, suppression
from twe.protection.amounts import Amount, Amounts, with_rates
from twe.protection.attack import Finding, Knowledge, Standard, Verdict, attack, small_counts
from twe.protection.cells import Cells, equations_of, names_of
from twe.protection.job import refuse
from twe.protection.joint import Past, unite
from twe.protection.key import draws, key_of
from twe.protection.register import open_register
from twe.protection.releases import HIDDEN, Area, Marker, Method, Release
from twe.protection.rounding import round_cells
from twe.protection.suppression import hidden_cells
from twe.protection.vintages import AfterMerger, Merger, Place, with_later_borders
from twe.protection.warehouse import Warehouse, read_warehouse

ONE_MARKER = {"[c]": Marker(1, None)}


def name(area: str, category: str = "total") -> str:
    return f"trajectories:2020:{area}:{'total' if category == 'total' else 'gender'}:{category}"


def cells_of(values: dict[str, int], sums: dict[str, list[str]], unprotected: tuple[str, ...] = ()) -> Cells:
    """Return cells with one equation per total: the parts add up to it."""
    position = {cell: index for index, cell in enumerate(values)}
    terms = [
        (total, cell, weight, "=")
        for total, parts in sums.items()
        for cell, weight in [*((part, 1) for part in parts), (total, -1)]
    ]
    truth = np.array(list(values.values()), dtype=np.int64)
    return Cells(
        names_of(values),
        truth,
        truth,
        np.ones(len(values), dtype=np.int64),
        np.array([cell not in unprotected for cell in values]),
        np.ones(len(values), dtype=bool),
        equations_of(terms, position),
    )


def release_of(
    cells: Cells,
    values: dict[str, int | str],
    method: Method = Method.SUPPRESSION,
    markers: dict[str, Marker] | None = None,
    areas: tuple[Area, ...] = (),
    number: int = 0,
) -> Release:
    """Return a release that shows some values and hides others under the given marker."""
    given_values = [values.get(cell, int(truth)) for cell, truth in zip(cells.ids, cells.truth, strict=True)]
    return Release(
        number=number,
        made_at=datetime(2024, 1, 1 + number),
        as_of=date(2024, 1, 1 + number),
        geography_date=date(2024, 12, 31),
        method=method,
        base=5,
        threshold=5,
        markers=ONE_MARKER if markers is None else markers,
        cell_ids=list(cells.ids),
        units=cells.units,
        is_published=cells.is_published,
        values=np.array([HIDDEN if isinstance(value, str) else value for value in given_values]),
        marks=[value if isinstance(value, str) else None for value in given_values],
        equations=cells.equations,
        areas=areas,
    )


def together(cells: Cells, releases: Sequence[Release]) -> tuple[Cells, Knowledge]:
    """Return what all releases say together, the newest (of `cells`) last."""
    *earlier, last = releases
    return Past(cells, earlier, last.areas).known_with(last)


def findings(
    cells: Cells, *releases: Release, standard: Standard = Standard.RANGE
) -> dict[str, tuple[int, int | None]]:
    """Return the range of every small count that the releases together give away."""
    whole, knowledge = together(cells, releases)
    found = attack(whole, knowledge, 5, standard).findings
    return {finding.cell: (finding.lowest, finding.highest) for finding in found}


# --- attacks with known answers ---------------------------------------------------------------------------


def test_a_single_hole_is_pinned_and_the_equation_is_named() -> None:
    cells = cells_of({"total": 10, "a": 3, "b": 7}, {"total": ["a", "b"]})
    whole, knowledge = together(cells, [release_of(cells, {"a": "[c]"})])
    assert attack(whole, knowledge, 5).findings == [Finding("a", 3, 3, ("total",))]


def test_two_holes_are_as_wide_as_their_sum() -> None:
    wide = cells_of({"total": 5, "a": 2, "b": 3}, {"total": ["a", "b"]})
    assert findings(wide, release_of(wide, {"a": "[c]", "b": "[c]"})) == {}
    narrow = cells_of({"total": 4, "a": 1, "b": 3}, {"total": ["a", "b"]}, unprotected=("total",))
    hidden = release_of(narrow, {"a": "[c]", "b": "[c]"})
    assert findings(narrow, hidden) == {"a": (1, 3), "b": (1, 3)}
    assert findings(narrow, hidden, standard=Standard.UNIQUE) == {}


def test_two_markers_leak() -> None:
    """Six is one plus five when the second marker says "at least five"."""
    cells = cells_of({"total": 6, "a": 1, "b": 5}, {"total": ["a", "b"]})
    assert findings(cells, release_of(cells, {"a": "[c]", "b": "[c]"})) == {}
    two = {"<5": Marker(1, 4), "[c]": Marker(5, None)}
    assert findings(cells, release_of(cells, {"a": "<5", "b": "[c]"}, markers=two)) == {"a": (1, 1)}


def test_controlled_rounding_keeps_the_whole_range() -> None:
    cells = cells_of({"total": 4, "a": 2, "b": 2}, {"total": ["a", "b"]})
    release = release_of(cells, {"total": 5, "a": 5, "b": 0}, Method.ROUNDING)
    assert findings(cells, release) == {}


def test_whole_numbers_can_say_more_than_fractions() -> None:
    """Twice something is even: 2 or 4 of the range 1 to 4, which no linear program tells."""
    twice = equations_of([("even", "a", 1, "="), ("even", "half", -2, "=")], {"a": 0, "half": 1})
    cells = replace(cells_of({"a": 2, "half": 1}, {}, ("half",)), equations=twice)
    known = Knowledge(np.array([1.0, 0.0]), np.array([4.0, 9.0]))
    assert [(found.lowest, found.highest) for found in attack(cells, known, 5).findings] == [(2, 4)]
    assert attack(cells, known, 5, Standard.UNIQUE).is_safe


def test_a_count_without_witness_or_proof_is_undecided() -> None:
    """It refuses the release too, but nobody is told that it leaks."""
    with pytest.raises(ProtectionError, match=r"^The release is refused, as it is undecided whether a is"):
        refuse(Verdict(attacked=1, undecided=["a"]), 5)
    both = Verdict(attacked=2, undecided=["a"], findings=[Finding("b", 3, 3, ("total",))])
    with pytest.raises(ProtectionError, match="b is pinned to 3, through total"):
        refuse(both, 5)


def test_another_tie_break_gives_away_what_each_run_hid() -> None:
    cells = cells_of({"total": 19, "a": 3, "b": 7, "c": 9}, {"total": ["a", "b", "c"]})
    first = release_of(cells, {"a": "[c]", "b": "[c]"}, number=1)
    second = release_of(cells, {"a": "[c]", "c": "[c]"})
    assert findings(cells, first) == {}
    assert findings(cells, second) == {}
    assert findings(cells, first, second) == {"a": (3, 3)}


def test_a_change_elsewhere_forgets_only_what_it_contradicts() -> None:
    """One person more in q, in d or e: a still follows from the sum of p before c changed, and b since."""
    sums = {"p": ["a", "b", "c"], "q": ["d", "e"], "all": ["p", "q"]}
    counts = {"a": 3, "b": 7, "c": 9, "d": 6, "e": 14, "p": 19, "q": 20, "all": 39}
    old = cells_of(counts, sums)
    new = cells_of(counts | {"c": 10, "p": 20, "d": 7, "q": 21, "all": 41}, sums)
    first = release_of(old, dict.fromkeys("abde", "[c]"), number=1)
    second = release_of(new, dict.fromkeys("acde", "[c]"))
    assert findings(old, first) == {}
    assert findings(new, second) == {}
    assert findings(new, first, second) == {"a": (3, 3)}


def test_a_changed_count_is_not_pinned_by_its_former_value() -> None:
    """The same two releases, but it is a itself that has one person more: no value of it is certain."""
    sums = {"p": ["a", "b", "c"]}
    old = cells_of({"a": 2, "b": 7, "c": 9, "p": 18}, sums)
    new = cells_of({"a": 3, "b": 7, "c": 9, "p": 19}, sums)
    first = release_of(old, {"a": "[c]", "b": "[c]"}, number=1)
    whole, knowledge = together(new, [first, release_of(new, {"a": "[c]", "c": "[c]"})])
    assert len(whole) == len(new) + 2
    assert knowledge.allows(whole.truth).all() and whole.equations.broken(whole.truth) == []


def test_counts_that_move_may_narrow_others_but_not_make_them_known() -> None:
    """Each year another part of an unchanged sum below 5 moves: the fourth makes all of them 1."""
    parts = ["a", "b", "c", "d"]
    cells = cells_of(dict.fromkeys(parts, 1) | {"total": 4}, {"total": parts})
    years = [
        release_of(cells, dict.fromkeys(cells.ids, 0) | shown, Method.ROUNDING, number=number)
        for number, shown in enumerate([{}, *({part: 5, "total": 5} for part in parts)], start=1)
    ]

    def judged(*releases: Release) -> Verdict:
        *earlier, last = releases
        return job.attacked(Past(cells, earlier, ()), last, (), frozenset(), job.Rules())

    assert findings(cells, *years[:2]) == {"b": (0, 3), "c": (0, 3), "d": (0, 3)}
    assert judged(*years[:2]).is_safe and judged(*years[:4]).is_safe
    assert [(found.lowest, found.highest) for found in judged(*years).findings] == [(1, 1)] * 3
    # By itself a release may not narrow a count at all.
    leaky = release_of(cells, {"a": 5, "b": 5, "c": 0, "d": 0, "total": 5}, Method.ROUNDING)
    assert not judged(years[0], leaky).is_safe


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 12), min_size=4, max_size=4),
    st.lists(st.sampled_from([0, 0, 0, 1, -1, 6]), min_size=12, max_size=12),
    st.sets(st.sampled_from(["a", "b", "c", "d", "ab", "cd", "ac", "bd"])),
    st.sampled_from([Method.SUPPRESSION, Method.ROUNDING]),
)
def test_the_smallest_changes_are_assumed(
    inner: list[int], changes: list[int], hidden: set[str], method: Method
) -> None:
    """All that is known agrees with today's truth; counts that could stay differ the least."""
    tables = [crosstab(*inner)]
    for moment in range(3):
        moved = [
            max(count + change, 0)
            for count, change in zip(tables[-1].truth[:4], changes[4 * moment : 4 * moment + 4], strict=True)
        ]
        tables.append(crosstab(*moved))
    releases = []
    for number, table in enumerate(tables):
        if method is Method.ROUNDING:
            rounded = round_cells(table, 5, KEY)[0].tolist()
            shown = dict(zip(table.ids, rounded, strict=True))
            releases.append(release_of(table, shown, method, number=number))
        else:
            marks = {cell: "[c]" for cell in hidden if table.truth[list(table.ids).index(cell)] >= 1}
            releases.append(release_of(table, marks, number=number))
    whole, knowledge = together(tables[-1], releases)
    assert knowledge.allows(whole.truth).all()
    assert whole.equations.broken(whole.truth) == []
    whole, _ = together(tables[1], releases[:2])
    truth = dict(zip(whole.ids, whole.truth.tolist(), strict=True))
    # A count that can't have been what it is now differs as what is published forces it to.
    could_stay = dict(
        zip(releases[0].cell_ids, releases[0].knowledge().allows(tables[1].truth).tolist(), strict=True)
    )
    names = {cell: cell.partition(" ")[0] for cell in whole.ids[9:]}
    assumed = sum(abs(truth[cell] - truth[name]) for cell, name in names.items() if could_stay[name])
    really = np.abs(tables[0].truth - tables[1].truth)[[could_stay[name] for name in tables[1].ids]]
    assert assumed <= really.sum()


def test_a_release_that_contradicts_itself_is_refused() -> None:
    cells = cells_of({"total": 10, "a": 3, "b": 7}, {"total": ["a", "b"]})
    wrong = release_of(cells, {"total": 12}, number=1)
    with pytest.raises(ProtectionError, match="contradicts itself; restore the register"):
        findings(cells, wrong, release_of(cells, {}))


def test_old_and_new_borders_give_back_what_each_hides() -> None:
    """Municipalities 1 and 2 merge into 9; each release hides municipality 1 well, both together do not."""
    old_areas = tuple(Area(code, "municipality", frozenset({code})) for code in "123")
    new_areas = (
        Area("9", "municipality", frozenset({"1", "2", "9"})),
        Area("3", "municipality", frozenset({"3"})),
    )
    old = cells_of(
        {name("p"): 50, name("1"): 3, name("2"): 40, name("3"): 7},
        {name("p"): [name("1"), name("2"), name("3")]},
    )
    new = cells_of(
        {name("p"): 50, name("9"): 43, name("3"): 7, name("flanders"): 50},
        {name("p"): [name("9"), name("3")], name("flanders"): [name("p")]},
    )
    hides = {name("1"): "[c]", name("3"): "[c]"}
    assert findings(old, release_of(old, hides, areas=old_areas)) == {}
    assert findings(new, release_of(new, {}, areas=new_areas)) == {}
    both = unite([("old", old, old_areas), ("new", new, new_areas)])
    assert set(both.equations.ids) == {
        name("p"),
        f"{name('p')} (new)",
        name("flanders"),
        f"merger:{name('9')}",
    }
    assert findings(both, release_of(both, hides, areas=(*old_areas, *new_areas))) == {name("1"): (3, 3)}
    # The same when the old borders are known from the register only.
    past = release_of(new, {}, areas=new_areas, number=1)
    assert findings(old, past, release_of(old, hides, areas=old_areas)) == {name("1"): (3, 3)}


def test_later_borders_are_protected_from_the_first_release_on() -> None:
    """Municipalities 1 and 2 merge into 9 and leave province p for q; 3 and 4 stay. Clients don't add up."""
    counts = {name("p"): 12, name("q"): 8, name("1"): 3, name("2"): 2, name("3"): 7, name("4"): 8}
    sums = {
        name("flanders"): [name("p"), name("q")],
        name("p"): [name("1"), name("2"), name("3")],
        name("q"): [name("4")],
    }
    cells = cells_of(counts | {name("flanders"): 20, "clients:2020:1:total:total": 3}, sums)
    day = date(2025, 1, 1)
    places = [Place(code, code, "q" if code == "4" else "p", frozenset({code})) for code in "1234"]
    mergers = [Merger(old, "9", day, "p", "q") for old in "12"]
    whole, areas = with_later_borders(cells, places, mergers)
    later = {cell: int(whole.truth[number]) for number, cell in enumerate(whole.ids) if "@" in cell}
    at = f"@{day}"
    assert later == {name(f"9{at}"): 5, name(f"p{at}"): 7, name(f"q{at}"): 13}
    assert {area.area_id: area.members for area in areas} == {
        f"9{at}": frozenset("12"),
        f"p{at}": frozenset("3"),
        f"q{at}": frozenset("124"),
    }
    protected = dict(zip(whole.ids, whole.is_protected.tolist(), strict=True))
    assert [protected[name(f"{area}{at}")] for area in "9pq"] == [True, False, False]
    # Exactly what an edition by the later borders would have to keep, and no more.
    names = set(whole.equations.ids) - set(cells.equations.ids)
    assert names == {
        f"merger:{name('9' + at)}",
        f"municipalities:{name('p' + at)}",
        f"municipalities:{name('q' + at)}",
        f"provinces:{name('flanders')}{at}",
    }
    assert whole.equations.broken(whole.truth) == []
    for number in range(len(whole)):
        changed = whole.truth.copy()
        changed[number] += 1
        assert whole.equations.broken(changed) or whole.ids[number].startswith("clients")
    assert with_later_borders(cells, places, []) == (cells, [])


def test_a_value_that_cannot_be_true_is_refused() -> None:
    cells = cells_of({"a": 3}, {})
    with pytest.raises(ProtectionError, match="What is published of a can't be true of its count"):
        findings(cells, release_of(cells, {"a": 10}, Method.ROUNDING))


def test_warehouses_of_other_records_are_refused() -> None:
    one = cells_of({name("p"): 50}, {})
    with pytest.raises(ProtectionError, match="counts 51"):
        unite([("one", one, ()), ("two", replace(one, truth=one.truth + 1), ())])


# --- a merger that nobody knew of -------------------------------------------------------------------------


def merged_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: Method, merged: tuple[int, int]
) -> tuple[job.Options, Any]:
    """Return what protects province p after municipalities 1 and 2 merged into 9, and the register.

    By rounding two counts of 1 were shown as 5 and 5: their sum can't be 10. By suppression one was hidden.
    """
    nine = name("9@2028-01-01")
    old_areas = tuple(Area(code, "municipality", frozenset({code})) for code in "1234")
    new_areas = (Area("9@2028-01-01", "municipality", frozenset({"1", "2"})), *old_areas[2:])
    parts = {name("1"): merged[0], name("2"): merged[1], name("3"): 9, name("4"): 8}
    total = {name("p"): sum(parts.values())}
    old = cells_of(parts | total, {name("p"): list(parts)}, (name("p"),))
    kept = {cell: parts[cell] for cell in (name("3"), name("4"))}
    new = cells_of({nine: sum(merged)} | kept | total, {name("p"): [nine, *kept]}, (name("p"),))
    shown: dict[str, int | str] = {name("1"): "[c]", name("3"): "[c]"}
    if method is Method.ROUNDING:
        shown = dict.fromkeys(parts, 5) | {name("p"): 20}
    markers = {} if method is Method.ROUNDING else None
    first = release_of(old, shown, method, markers, old_areas, 1)
    day = date(2028, 1, 1)
    warehouse = Warehouse(tmp_path, day, day, datetime(2028, 1, 1), True, new, new_areas, ())
    monkeypatch.setattr(job, "read_warehouse", lambda _: warehouse)
    rules = job.Rules(method, standard=Standard.UNIQUE if method is Method.SUPPRESSION else Standard.RANGE)
    options = job.Options(tmp_path, tmp_path, tmp_path / "twe.register.duckdb", rules)
    return options, SimpleNamespace(releases=(first,))


def after(way: AfterMerger | None, options: job.Options, register: Any) -> tuple[list[int], job.Protected]:
    """Return the values of 9, 3, 4 and p."""
    made = job.make_safe(replace(options, rules=replace(options.rules, after_merger=way)), register)
    return made.release.values.tolist(), made


def test_a_merger_that_moves_published_values_has_three_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal names each, and each does what it says; an enumeration finds two values of every count."""
    options, register = merged_later(tmp_path, monkeypatch, Method.ROUNDING, (1, 1))
    with pytest.raises(
        ProtectionError, match="1 published value that may still be true would change"
    ) as refused:
        after(None, options, register)
    assert [way for way in AfterMerger if f"--after-merger {way} (" in str(refused.value)] == list(
        AfterMerger
    )
    shown = {way: after(way, options, register) for way in AfterMerger}
    assert shown[AfterMerger.UNCHANGED][0] == [HIDDEN, 5, 5, 20]
    assert shown[AfterMerger.PROVINCES][0] == [HIDDEN, HIDDEN, HIDDEN, 20]
    values, made = shown[AfterMerger.REISSUE]
    assert values[0] in (0, 5) and sum(values[:3]) == values[3]
    assert made.moved == sum(value != 5 for value in values[1:3]) + (values[3] != 20) == 1
    # Counts of 1, 2, 3 and 4 that agree with the release of the old borders, then with both.
    before = [counts for counts in product(range(1, 10), repeat=4) if abs(sum(counts) - 20) < 5]
    for values, _ in shown.values():
        possible = [
            counts
            for counts in before
            if all(
                value == HIDDEN or abs(value - count) < 5
                for value, count in zip(
                    values, (counts[0] + counts[1], *counts[2:], sum(counts)), strict=True
                )
            )
        ]
        assert (1, 1, 9, 8) in possible
        assert all(len({counts[part] for counts in possible}) > 1 for part in range(4))


def test_what_was_left_out_after_a_merger_is_no_unchanged_municipality(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next release keeps the values of the others; 9 is one of these once it was shown."""
    options, register = merged_later(tmp_path, monkeypatch, Method.ROUNDING, (1, 1))
    for way, then in (
        (AfterMerger.UNCHANGED, AfterMerger.UNCHANGED),
        (AfterMerger.PROVINCES, AfterMerger.PROVINCES),
        (AfterMerger.PROVINCES, AfterMerger.UNCHANGED),
        (AfterMerger.REISSUE, None),
    ):
        values, made = after(way, options, register)
        both = SimpleNamespace(releases=(*register.releases, replace(made.release, number=2)))
        expected = values if way is not AfterMerger.PROVINCES or then is way else [HIDDEN, 5, 5, 20]
        # What was left out comes back as it was.
        assert after(then, options, both)[0] == expected


def test_exact_counts_of_merged_municipalities_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 22 in 9 the hidden count in 1 were 3, as 2 was shown: 9 is hidden too, behind 3, hidden before."""
    options, register = merged_later(tmp_path, monkeypatch, Method.SUPPRESSION, (3, 19))
    for way in (None, AfterMerger.REISSUE):
        assert after(way, options, register)[0] == [HIDDEN, HIDDEN, 8, 39]
    values, made = after(AfterMerger.PROVINCES, options, register)
    assert values == [HIDDEN, HIDDEN, HIDDEN, 39]
    # A 0 that is left out has the marker too.
    assert made.release.markers == {"[c]": Marker(0, None)}
    # The next release shows again what was left out only because of the merger.
    both = SimpleNamespace(releases=(*register.releases, replace(made.release, number=2)))
    assert after(None, options, both)[0] == [HIDDEN, HIDDEN, 8, 39]


# --- amounts ----------------------------------------------------------------------------------------------


def paid(area: str, euro: int, persons: int, basis: str = "worked", year: int = 2020, **other: Any) -> Amount:
    """Return a gross amount of a municipality of province p at 250 euro a month."""
    rate = Decimal(other.get("rate", 250))
    level, parent = ("province", "flanders") if area == "p" else ("municipality", "p")
    column = other.get("column", "gross_paid_eur")
    return Amount(basis, column, year, level, area, parent, Decimal(euro), persons, rate, rate)


def hidden_in(amounts: list[Amount], basis: str = "worked", year: int = 2020, **other: Any) -> set[str]:
    """Return the areas whose amounts are left out, by the rules 5 and 10 percent."""
    least, margin = other.get("least", 5), Decimal(other.get("margin", "0.1"))
    found = Amounts(amounts, least, margin, other.get("bounds", {}))
    hidden = found.hidden()
    found.refuse_open(hidden)
    return {key[2] for key in hidden if key[:2] == (basis, year)}


def test_a_known_rate_turns_euros_into_clients() -> None:
    """9 000 euro at 250 a month are 36 months: at least three clients; a row says it of all in it."""
    cell = "clients:2020:1:total:total"
    cells = cells_of({cell: 3}, {})
    amount = paid("1", 9000, 3)
    knowledge = Knowledge(np.array([0.0]), np.array([4.0]))
    known = with_rates(cells, knowledge, [amount], frozenset())
    assert [(found.lowest, found.highest) for found in attack(*known, 5).findings] == [(3, 4)]
    shared = with_rates(cells, knowledge, [amount], frozenset({amount.key}))
    assert [(found.lowest, found.highest) for found in attack(*shared, 5).findings] == [(3, 4)]
    lost = with_rates(cells, knowledge, [amount], frozenset({amount.key, paid("p", 0, 0).key}))
    assert attack(*lost, 5).is_safe


def test_a_rate_that_fits_no_amount_is_an_error() -> None:
    """Of each rate by itself, in its years, with enough amounts; without a rate nothing is known."""
    areas = [str(number) for number in range(20)]
    names = [f"clients:{year}:{area}:total:total" for year in (2020, 2021) for area in areas]
    cells = cells_of(dict.fromkeys(names, 3), {})
    knowledge = Knowledge(np.zeros(len(names)), np.full(len(names), 4.0))
    fitting = [paid(area, 9000, 3) for area in areas]
    others = [paid(area, 9000, 3, year=2021, rate=10) for area in areas]
    with pytest.raises(
        ProtectionError, match="A rate of 10 to 10 euro per month fits none of the 20 amounts"
    ):
        with_rates(cells, knowledge, [*fitting, *others], frozenset())
    with_rates(cells, knowledge, [*fitting, *others[1:]], frozenset())
    unknown = [replace(other, lowest_rate=None, highest_rate=None) for other in others]
    _, known = with_rates(cells, knowledge, [*fitting, *unknown], frozenset())
    assert known.lower.tolist() == [3] * 20 + [0] * 20


def test_amounts_of_few_persons_share_a_row_until_none_can_be_estimated() -> None:
    """Zero persons are few too, the smallest come first, and the second can't derive the largest."""
    amounts = [paid("1", 92, 2), paid("2", 2000, 30), paid("3", 900, 8), paid("4", 0, 0), paid("5", 95, 9)]
    assert hidden_in(amounts) == {"1", "3", "4", "5"}
    # Without municipality 3, municipality 1 could derive 5 exactly.
    assert hidden_in(amounts, margin="0") == {"1", "3", "4", "5"}
    assert hidden_in([*amounts, paid("6", 60, 7)]) == {"1", "4", "5", "6"}
    assert hidden_in([paid("1", 92, 5), paid("2", 2000, 30)]) == set()


def test_what_is_recovered_or_claimed_is_protected_by_itself() -> None:
    """Who claimed little is left out though many were paid; net follows from gross and recovered."""
    amounts = [paid(code, 1000 * number, 9) for number, code in enumerate("1234", 1)]
    claims = [paid(code, 1000, 9, "claimed", column="claimed_eur") for code in "234"]
    claims.append(paid("1", 10, 1, "claimed", column="claimed_eur"))
    assert hidden_in(amounts + claims) == set()
    assert hidden_in(amounts + claims, "claimed") == {"1", "2", "3", "4"}
    few = [paid("1", 1000, 2), *amounts[1:], paid("5", 4500, 9)]
    recovered = [paid(code, -100 * (code in "135"), 9, column="recovered_eur") for code in "12345"]
    assert hidden_in(few) == {"1", "2", "3"}
    assert hidden_in([*few, *(replace(line, persons=2) for line in recovered[:1]), *recovered[1:]]) == {
        *"12345"
    }


def test_who_misses_a_year_worked_misses_every_year_booked() -> None:
    """The booking day gives nearly the same amount a month later."""
    sizes = {"1": (100, 900), "2": (100, 900), "3": (100, 900), "4": (900, 900), "5": (900, 900)}
    amounts = [
        paid(code, euro, 9 if euro > 100 else 2, basis, year)
        for code, euros in sizes.items()
        for year, euro in zip((2020, 2021), euros, strict=True)
        for basis in ("worked", "booked")
    ]
    assert hidden_in(amounts) == {"1", "2", "3"} and hidden_in(amounts, year=2021) == set()
    assert hidden_in(amounts, "booked") == hidden_in(amounts, "booked", 2021) == {"1", "2", "3"}


def test_what_counts_tell_of_the_others_is_no_cover() -> None:
    """Where 61 months are known of a companion, only the rest of its amount hides others."""
    amounts = [paid("1", 1000, 2), paid("2", 900, 2), paid("3", 15300, 9), paid("4", 18000, 9)]
    bounds = {(2020, code): (Decimal(15280), Decimal(30000)) for code in "34"}
    assert hidden_in(amounts, margin="0.05") == {"1", "2", "3"}
    assert hidden_in(amounts, margin="0.05", bounds=bounds) == {"1", "2", "3", "4"}


def test_a_province_that_cannot_be_covered_is_left_out_with_others() -> None:
    """One large amount in a province of small ones; what little was recovered there may be of anybody."""
    amounts = [paid("1", 100, 2), paid("2", 0, 0), paid("3", 9000, 9), paid("p", 9100, 11)]
    others = [
        replace(paid(code, 9000, 90), level="province", parent_area_id="flanders") for code in ("q", "r", "s")
    ]
    inside = [replace(paid(f"{code}{n}", 3000, 30), parent_area_id=code) for code in "qrs" for n in "123"]
    assert hidden_in([*amounts, *others, *inside]) == {"1", "2", "3", "p", "q", "r"}
    even = [*amounts[:1], paid("2", 90, 2), paid("3", 95, 9), paid("p", 285, 13)]
    recovered = [paid(code, -50 * (code in "1p"), 2, column="recovered_eur") for code in "123p"]
    assert hidden_in([*even, *(line for line in recovered if line.area_id != "p"), *others, *inside]) == {
        *"123"
    }


def test_amounts_that_can_be_estimated_are_refused() -> None:
    amounts = Amounts([paid("1", 92, 2), paid("2", 90, 2), paid("3", 91, 9)], 5, Decimal("0.1"), {})
    with pytest.raises(ProtectionError, match="amounts worked of 2 in 2020 rest on too few clients"):
        amounts.refuse_open(frozenset({("worked", 2020, "1")}))


# --- rounding ---------------------------------------------------------------------------------------------


KEY = bytes(32)


def crosstab(a: int, b: int, c: int, d: int) -> Cells:
    """Return a table of two by two with its margins."""
    inner = {"a": a, "b": b, "c": c, "d": d}
    sums = {"ab": ["a", "b"], "cd": ["c", "d"], "ac": ["a", "c"], "bd": ["b", "d"], "all": ["ab", "cd"]}
    values = inner | {"ab": a + b, "cd": c + d, "ac": a + c, "bd": b + d, "all": a + b + c + d}
    cells = cells_of(values, sums)
    terms = [("other", "ac", 1, "="), ("other", "bd", 1, "="), ("other", "all", -1, "=")]
    position = {cell: index for index, cell in enumerate(values)}
    own = [
        (total, cell, weight, "=")
        for total, parts in sums.items()
        for cell, weight in [*((part, 1) for part in parts), (total, -1)]
    ]
    return replace(cells, equations=equations_of([*own, *terms], position))


def row(*parts: int) -> Cells:
    """Return some counts with their total."""
    values = {f"part {number}": part for number, part in enumerate(parts)}
    return cells_of(values | {"total": sum(parts)}, {"total": list(values)})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 23), min_size=3, max_size=3), min_size=2, max_size=5),
    st.integers(2, 10),
    st.binary(min_size=32, max_size=32),
)
def test_rounding_is_controlled(rows: list[list[int]], base: int, key: bytes) -> None:
    """Neighbouring multiples, all sums hold, multiples and zeros stay."""
    values = {f"{row},{column}": value for row, line in enumerate(rows) for column, value in enumerate(line)}
    sums = {f"row {row}": [f"{row},{column}" for column in range(3)] for row in range(len(rows))}
    sums |= {f"column {column}": [f"{row},{column}" for row in range(len(rows))] for column in range(3)}
    totals = {total: sum(values[part] for part in parts) for total, parts in sums.items()}
    cells = cells_of(values | totals, sums)
    rounded = round_cells(cells, base, key)[0]
    assert (rounded % base == 0).all()
    assert (np.abs(rounded - cells.truth) < base).all()
    assert cells.equations.broken(rounded) == []


@pytest.mark.parametrize(("table", "size", "base"), [(row, 1, 5), (row, 2, 5), (row, 3, 3), (crosstab, 4, 2)])
def test_no_truth_that_fits_is_excluded(table: Callable[..., Cells], size: int, base: int) -> None:
    """For every truth less than the base away, some key gives the published table: by enumeration."""
    keys = [number.to_bytes(32) for number in range(6000)]
    ids = table(*[0] * size).ids
    chances = np.array([draws(key, ids)[:, 0] for key in keys])
    for published in product((0, base), repeat=size):
        shown = table(*published).truth
        fits = 0
        for inner in product(range(2 * base), repeat=size):
            cells = table(*inner)
            if (np.abs(cells.truth - shown) >= base).any():
                continue
            fits += 1
            # The key may be any; one that draws the published table itself is quick to find.
            aims = (cells.truth // base + (chances < cells.truth % base / base)) * base
            found = np.flatnonzero((aims == shown).all(axis=1))
            assert len(found), (published, inner)
            assert round_cells(cells, base, keys[found[0]])[0].tolist() == shown.tolist()
        assert fits > 1


def test_nearest_rounding_would_exclude_truths(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the enumeration above is for: published 5 means 3 to 7 when everybody knows the choice."""
    cells = cells_of({str(count): count for count in range(10)}, {})
    monkeypatch.setattr(rounding, "_targets", lambda *_: (cells.truth % 5 > 2, np.ones(10)))
    nearest = round_cells(cells, 5, KEY)[0]
    assert np.flatnonzero(nearest == 5).tolist() == [3, 4, 5, 6, 7]


def test_the_mean_over_keys_is_the_truth() -> None:
    """Exactly where no equation binds a cell; within a tenth of the base, as measured, where some do."""
    free = cells_of({str(count): count for count in range(11)}, {})
    keys = [number.to_bytes(32) for number in range(2500)]
    drawn = np.array([round_cells(free, 5, key)[0] for key in keys])
    error = drawn.std(axis=0) / np.sqrt(len(keys))
    assert (np.abs(drawn.mean(axis=0) - free.truth) <= 3.5 * error).all()
    bound = crosstab(1, 2, 8, 4)
    drawn = np.array([round_cells(bound, 5, key)[0] for key in keys])
    error = drawn.std(axis=0) / np.sqrt(len(keys))
    assert (np.abs(drawn.mean(axis=0) - bound.truth) <= 0.5 + 3.5 * error).all()


def test_rounding_keeps_what_was_published() -> None:
    """Whatever the key: a lost one costs nothing of what is in the register."""
    cells = cells_of({"total": 5, "a": 1, "b": 4}, {"total": ["a", "b"]})
    for number in range(20):
        key = number.to_bytes(32)
        assert round_cells(cells, 5, key, {"a": 5, "b": 0})[0].tolist() == [5, 5, 0]
        assert round_cells(cells, 5, key, {"a": 0, "b": 5})[0].tolist() == [5, 0, 5]


def test_a_value_that_leaks_whatever_is_drawn_around_it_is_not_kept() -> None:
    """After one redraw it is kept; after three it is drawn like a new value."""
    cells = cells_of({"total": 5, "a": 1, "b": 4}, {"total": ["a", "b"]})
    keys = [number.to_bytes(32) for number in range(20)]
    for times, expected in ((1, {0}), (3, {0, 5})):
        drawn = (round_cells(cells, 5, key, {"a": 0, "b": 5}, np.full(3, times)) for key in keys)
        assert {int(rounded[0][1]) for rounded in drawn} == expected


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    register = tmp_path / "twe.register.duckdb"
    key = key_of(register)
    (file,) = tmp_path.iterdir()
    assert file.name == "twe.register.duckdb.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert key_of(register) == key
    assert key_of(tmp_path / "other.duckdb") != key
    file.write_text("ff")
    with pytest.raises(ProtectionError, match="does not hold a key of 32 bytes; restore it"):
        key_of(register)


def test_impossible_rounding_is_refused_in_one_sentence() -> None:
    thrice = equations_of([("thrice", "a", 3, "="), ("thrice", "b", -1, "=")], {"a": 0, "b": 1})
    cells = replace(cells_of({"a": 3, "b": 9}, {}), equations=thrice)
    with pytest.raises(ProtectionError, match=r"^No rounding to the base .*\.$"):
        round_cells(cells, 5, KEY)


def test_months_are_rounded_to_twelve_times_the_base() -> None:
    cells = replace(cells_of({"months": 30}, {}), units=np.array([12]))
    found = {int(round_cells(cells, 5, number.to_bytes(32))[0][0]) for number in range(20)}
    assert found == {0, 60}


# --- suppression ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("standard", Standard)
def test_suppression_survives_the_attack(standard: Standard) -> None:
    counts = [[1, 9, 20], [12, 3, 8], [30, 11, 0], [6, 7, 25]]
    values = {
        f"{row},{column}": value for row, line in enumerate(counts) for column, value in enumerate(line)
    }
    sums = {f"row {row}": [f"{row},{column}" for column in range(3)] for row in range(4)}
    sums |= {f"column {column}": [f"{row},{column}" for row in range(4)] for column in range(3)}
    totals = {total: sum(values[part] for part in parts) for total, parts in sums.items()}
    cells = cells_of(values | totals, sums, tuple(totals))
    primary = {cell: "[c]" for cell, value in values.items() if 1 <= value < 5}
    assert findings(cells, release_of(cells, primary), standard=standard) == {"0,0": (1, 1), "1,1": (3, 3)}
    hidden = hidden_cells(cells, 5, standard)
    marked = {cell: "[c]" for cell, is_hidden in zip(cells.ids, hidden, strict=True) if is_hidden}
    assert set(primary) <= set(marked)
    markers = {"[c]": Marker(0, None)}
    assert findings(cells, release_of(cells, marked, markers=markers), standard=standard) == {}


def crossed(*counts: tuple[int, ...]) -> Cells:
    """Return a table of municipal counts with the totals of its rows and columns."""
    places = list(product(range(len(counts)), range(len(counts[0]))))
    inner = {name(f"{row}{column}"): counts[row][column] for row, column in places}
    sums: dict[str, list[str]] = {}
    for row, column in places:
        for total in (f"r{row}", f"c{column}"):
            sums.setdefault(name(total), []).append(name(f"{row}{column}"))
    totals = {total: sum(inner[part] for part in parts) for total, parts in sums.items()}
    return cells_of(inner | totals, sums, tuple(totals))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # What was hidden has to stay hidden.
        (crossed((20, 4, 8), (6, 0, 0)), crossed((20, 4, 8), (6, 0, 1))),
        # That isn't enough: a count that was shown changed.
        (crossed((1, 2, 0), (3, 8, 0)), crossed((1, 2, 1), (3, 8, 0))),
    ],
)
def test_suppression_knows_what_earlier_releases_hid(
    before: Cells, after: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chosen alone, the second release gives a count away together with the first."""

    def released(cells: Cells, number: int) -> Release:
        hidden = zip(cells.ids, hidden_cells(cells, 5, Standard.UNIQUE), strict=True)
        shown = {cell: "[c]" for cell, is_hidden in hidden if is_hidden}
        return release_of(cells, shown, markers={"[c]": Marker(0, None)}, number=number)

    first = released(before, 1)
    assert findings(after, first, released(after, 2), standard=Standard.UNIQUE) != {}
    day = date(2028, 1, 1)
    warehouse = Warehouse(tmp_path, day, day, datetime(2028, 1, 1), True, after, (), ())
    monkeypatch.setattr(job, "read_warehouse", lambda _: warehouse)
    rules = job.Rules(Method.SUPPRESSION, standard=Standard.UNIQUE)
    options = job.Options(tmp_path, tmp_path, tmp_path / "twe.register.duckdb", rules)
    made = job.make_safe(options, SimpleNamespace(releases=(first,)))
    assert findings(after, first, made.release, standard=Standard.UNIQUE) == {}
    assert (made.release.values != HIDDEN).any()


def test_a_small_total_of_several_parts_keeps_its_range() -> None:
    """By enumeration: 3 = 1 + 2 can be 1 only when a hidden count may be 0."""
    inner = {"a": 1, "b": 2, "c": 9, "d": 0}
    sums = {"ab": "ab", "cd": "cd", "ac": "ac", "bd": "bd", "all": "abcd"}
    totals = {name: sum(inner[part] for part in parts) for name, parts in sums.items()}
    equations = {name: list(parts) for name, parts in sums.items() if name != "all"}
    cells = cells_of(inner | totals, equations | {"all": ["ab", "cd"]}, ("cd", "all"))
    hidden = dict(zip(cells.ids, hidden_cells(cells, 5), strict=True))

    def possible(lowest: int) -> list[dict[str, int]]:
        found = []
        for counts in product(range(lowest, 16), range(lowest, 16), range(lowest, 16), range(16)):
            table = dict(zip("abcd", counts, strict=True))
            table |= {name: sum(table[part] for part in parts) for name, parts in sums.items()}
            if all(hidden[cell] or table[cell] == (inner | totals)[cell] for cell in table):
                found.append(table)
        return found

    tables = possible(0)
    for cell in ("a", "b", "ab", "bd"):
        assert {1, 2, 3, 4} <= {table[cell] for table in tables}, cell
    assert 1 not in {table["ab"] for table in possible(1)}


def test_with_an_earlier_release_two_values_of_a_hidden_count_are_enough() -> None:
    """As for a rounded one: it showed the total, so 1 can't be 4 any more."""
    cells = cells_of({"total": 3, "a": 1, "b": 2}, {"total": ["a", "b"]}, unprotected=("total",))
    markers = {"[c]": Marker(0, None)}
    first = release_of(cells, {"a": "[c]", "b": "[c]"}, markers=markers, number=1)
    now = release_of(cells, dict.fromkeys(cells.ids, "[c]"), markers=markers)
    assert findings(cells, first, now) == {"a": (0, 3), "b": (0, 3)}
    past, rules = Past(cells, [first], ()), job.Rules(Method.SUPPRESSION)
    assert job.attacked(past, now, (), frozenset(), rules).is_safe


def test_the_search_ends_when_nothing_more_can_be_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """A multiple of 3 can't be 1, whatever is hidden: one attack tells."""
    thrice = equations_of([("thrice", "b", 3, "="), ("thrice", "a", -1, "=")], {"a": 0, "b": 1})
    cells = replace(cells_of({"a": 3, "b": 1}, {}), equations=thrice)
    attacks = []

    def counted(*given: Any) -> Verdict:
        attacks.append(given)
        return attack(*given)

    monkeypatch.setattr(suppression, "attack", counted)
    with pytest.raises(ProtectionError, match=r"No suppression was found: a must be .* so not every value"):
        hidden_cells(cells, 5)
    assert len(attacks) == 1


# --- a whole warehouse ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with a warehouse, its release, its register and the witnesses of an audit."""
    folder = Path(shutil.copytree(released, tmp_path_factory.mktemp("protection") / "released"))
    options = ["--database", str(folder / "twe.duckdb"), "--witnesses", str(folder / "proof.duckdb")]
    assert main(["audit", *options]) == 0
    return folder


def test_release_holds_no_exact_small_count(published: Path) -> None:
    """Municipal counts are multiples of the base, months of twelve times the base."""
    with duckdb.connect(str(published / "twe.publication.duckdb"), read_only=True) as connection:
        wrong = connection.execute(
            "select * from publication.publication_figures "
            "where published_value % if(measure in ('subsidised_months', 'claims'), 60, 5) <> 0 "
            "or published_value is null"
        ).fetchall()
        assert wrong == []
        columns = connection.execute("select column_name from information_schema.columns").fetchall()
    assert not {"true_value", "persons"} & {column for (column,) in columns}


WITNESS_BREAKS_AN_EQUATION = """
    select witnesses.witness, equations.equation_id
    from proof.witnesses as witnesses
    inner join release.publication.publication_equations as equations using (cell_id)
    group by witnesses.witness, equations.equation_id
    having
        (any_value(equations.relation) = '=' and sum(equations.coefficient * witnesses.value) <> 0)
        or sum(equations.coefficient * witnesses.value) > 0
"""
WITNESS_CONTRADICTS_A_VALUE = """
    select witnesses.*
    from proof.witnesses as witnesses
    inner join release.publication.publication_values as published using (cell_id)
    cross join release.publication.release as head
    where
        witnesses.value < 0
        or abs(witnesses.value - published.published_value) >= head.base * published.units_per_person
"""
COUNT_WITHOUT_BOTH_ENDS = """
    select witnesses.cell_id
    from proof.witnesses as witnesses
    inner join proof.cells as cells using (cell_id)
    cross join release.publication.release as head
    where cells.is_small
    group by witnesses.cell_id
    having
        min(witnesses.value) = max(witnesses.value)
        or (
            min(witnesses.value) filter (witness = 0) < any_value(head.threshold)
            and (min(witnesses.value) > 1 or max(witnesses.value) < any_value(head.threshold) - 1)
        )
"""


def test_witnesses_are_checked_in_plain_sql(published: Path) -> None:
    """No solver: a GROUP BY shows that each small count can have either end of its range."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}/twe.publication.duckdb' as release (read_only)")
        connection.execute(f"attach '{published}/proof.duckdb' as proof (read_only)")
        assert connection.execute("select count(*) > 1000 from proof.cells where is_small").fetchone() == (
            True,
        )
        assert connection.execute(WITNESS_BREAKS_AN_EQUATION).fetchall() == []
        assert connection.execute(WITNESS_CONTRADICTS_A_VALUE).fetchall() == []
        assert connection.execute(COUNT_WITHOUT_BOTH_ENDS).fetchall() == []


def test_the_checks_of_witnesses_can_fail(published: Path, tmp_path: Path) -> None:
    shutil.copy(published / "proof.duckdb", tmp_path / "proof.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}/twe.publication.duckdb' as release (read_only)")
        connection.execute(f"attach '{tmp_path}/proof.duckdb' as proof")
        connection.execute("update proof.witnesses set value = value + 100 where rowid = 0")
        assert connection.execute(WITNESS_BREAKS_AN_EQUATION).fetchall()
        assert connection.execute(WITNESS_CONTRADICTS_A_VALUE).fetchall()
        connection.execute("delete from proof.witnesses where witness > 0")
        assert connection.execute(COUNT_WITHOUT_BOTH_ENDS).fetchall()


def test_audit_refuses_what_was_changed(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--database", str(published / "twe.duckdb")]
    release = published / "twe.publication.duckdb"
    changed = tmp_path / "changed.duckdb"
    shutil.copy(release, changed)
    with duckdb.connect(str(changed)) as connection:
        connection.execute("update publication.release set method = 'none'")
        connection.execute(
            f"attach '{published}/twe.duckdb' as warehouse (read_only);"
            "update publication.publication_values as published "
            "set published_value = true_value "
            "from (select cell_id, true_value from warehouse.publication.publication_cells) as truth "
            "where published.cell_id = truth.cell_id and is_published;"
            # Counts by later borders are not in the warehouse.
            "update publication.publication_values set is_published = false "
            "where cell_id not in (select cell_id from warehouse.publication.publication_cells)"
        )
    assert main(["audit", *options, "--release", str(changed)]) == 1
    assert "is not as it was written: its hash differs" in capsys.readouterr().err
    # Taken for a draft, it is attacked.
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "update publication.release set register_id = null, release = null, version = null"
        )
    assert main(["audit", *options, "--release", str(changed)]) == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("The release is refused: ")


@pytest.mark.slow
def test_a_busy_machine_changes_no_verdict(published: Path, tmp_path: Path) -> None:
    """The same findings, witnesses and undecided counts while other processes want every core."""
    database = published / "twe.duckdb"
    cells = read_warehouse(database).cells
    small = small_counts(cells, 5) & cells.is_published
    leaky = release_of(cells, {cells.ids[cell]: "[c]" for cell in np.flatnonzero(small)})
    known = together(cells, [leaky])
    quiet = attack(*known, 5)
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range((os.cpu_count() or 1) + 1)
    ]
    try:
        loaded = attack(*known, 5)
        proof = tmp_path / "proof.duckdb"
        assert main(["audit", "--database", str(database), "--witnesses", str(proof)]) == 0
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert not quiet.is_safe
    assert (quiet.findings, quiet.undecided, quiet.is_complete) == (
        loaded.findings,
        loaded.undecided,
        loaded.is_complete,
    )
    assert np.array_equal(quiet.witnesses, loaded.witnesses)
    assert _witnesses(proof) == _witnesses(published / "proof.duckdb") != []


def _witnesses(proof: Path) -> list[tuple]:
    with duckdb.connect(str(proof), read_only=True) as connection:
        return connection.execute("from witnesses order by all").fetchall()


def test_a_second_release_changes_nothing(published: Path) -> None:
    """The same counts are rounded the same way, also when the key is lost; the register decides."""
    warehouse = read_warehouse(published / "twe.duckdb")
    (first,) = open_register(published / "twe.register.duckdb").releases
    other, _ = round_cells(warehouse.cells, 5, KEY)
    previous = dict(zip(first.cell_ids, first.values.tolist(), strict=True))
    again, _ = round_cells(warehouse.cells, 5, KEY, previous)
    shown = [cell for cell, is_shown in enumerate(warehouse.cells.is_published) if is_shown]
    # The release holds the counts by later borders too.
    kept = [previous[warehouse.cells.ids[cell]] for cell in shown]
    assert other[shown].tolist() != kept
    assert again[shown].tolist() == kept


def test_another_table_is_drawn_when_the_first_is_not_safe(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same tables in the same order every time; when none of them is safe the release is refused."""
    shutil.copy(published / "twe.duckdb", tmp_path)
    attacked: list[list[int]] = []
    unsafe = 1

    def attack(_: Past, release: Release, *__: object) -> Verdict:
        attacked.append(release.values.tolist())
        exposed = list(range(len(release.values)))
        return Verdict(findings=[Finding("a", 2, 2, ())] if len(attacked) <= unsafe else [], exposed=exposed)

    monkeypatch.setattr(job, "attacked", attack)
    monkeypatch.setattr(job, "_MOST_DRAWS", 4)
    assert main(["protect", "--database", str(tmp_path / "twe.duckdb"), "--quiet"]) == 0
    first, second = attacked
    assert first != second
    attacked.clear()
    unsafe = 100
    assert main(["protect", "--database", str(tmp_path / "twe.duckdb"), "--quiet"]) == 1
    assert "The release is refused: a is pinned to 2" in capsys.readouterr().err
    assert attacked[:2] == [first, second] and len({tuple(values) for values in attacked}) == 4


@pytest.mark.slow
def test_exact_counts_are_written_when_chosen_and_refused_by_the_attack(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Protecting nothing is the choice of the owner of the data; nobody is told that it is safe."""
    target = tmp_path / "exact.duckdb"
    options = ["--database", str(published / "twe.duckdb"), "--release", str(target)]
    assert main(["protect", *options, "--method", "none"]) == 0
    said = capsys.readouterr().out
    assert "Nothing is protected" in said and "safe" not in said
    assert main(["audit", *options]) == 1
    assert "is pinned to" in capsys.readouterr().err


def test_primary_suppression_and_two_markers_are_refused(published: Path) -> None:
    """On all annexes at once: hiding only the small counts, and telling them from their partners."""
    cells = read_warehouse(published / "twe.duckdb").cells
    small = small_counts(cells, 5) & cells.is_published
    primary = {cells.ids[cell]: "[c]" for cell in np.flatnonzero(small)}
    assert findings(cells, release_of(cells, primary), standard=Standard.UNIQUE)
    hidden = hidden_cells(cells, 5)
    one = {cells.ids[cell]: "[c]" for cell in np.flatnonzero(hidden)}
    assert findings(cells, release_of(cells, one, markers={"[c]": Marker(0, None)})) == {}
    two = {"<5": Marker(0, 4), "[c]": Marker(5, None)}
    marks = {cells.ids[cell]: "<5" if cells.truth[cell] < 5 else "[c]" for cell in np.flatnonzero(hidden)}
    assert findings(cells, release_of(cells, marks, markers=two), standard=Standard.UNIQUE)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--database", "nowhere.duckdb"], "There is no warehouse at nowhere.duckdb.\n"),
        (
            ["--base", "3"],
            "A base of 3 shows counts below the threshold of 5; "
            "choose a base that is at least the threshold.\n",
        ),
    ],
)
def test_refusals_are_one_sentence(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["protect", *options]) == 1
    assert capsys.readouterr().err == sentence
