"""Protect the counts of a warehouse, attack the result with the register, write it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from twe.errors import ProtectionError
from twe.protection.amounts import Amounts, Key, bounds_by_counts, with_rates
from twe.protection.attack import (
    Knowledge,
    Standard,
    Verdict,
    attack,
    describe,
    small_counts,
)
from twe.protection.cells import Cells, Flags, Integers
from twe.protection.joint import Past, unite
from twe.protection.key import key_of
from twe.protection.register import Register, default_register, read_register
from twe.protection.release_file import (
    check_exact_figures,
    check_targets,
    is_of_build,
    read_choices,
    read_release,
    read_stamp,
    write_release,
    write_witnesses,
)
from twe.protection.releases import HIDDEN, Area, Marker, Method, Release
from twe.protection.rounding import round_cells
from twe.protection.suppression import hidden_cells
from twe.protection.vintages import AfterMerger, area_of, withheld_areas
from twe.protection.warehouse import Warehouse, read_warehouse
from twe.warehouse.files import default_release

HIDDEN_MARK = "[c]"


_MOST_DRAWS = 10
_NEVER = HIDDEN - 1
"""In an array of published values: never published."""
_WAYS = {
    AfterMerger.UNCHANGED: "(without the municipalities that changed)",
    AfterMerger.PROVINCES: "(provinces and Flanders only)",
    AfterMerger.REISSUE: "(values change, and are listed: first copy the last release file)",
}


@dataclass(frozen=True)
class Rules:
    """How counts are protected; the choice of the owner of the data."""

    method: Method = Method.ROUNDING
    threshold: int = 5
    base: int = 5
    standard: Standard = Standard.RANGE
    margin: int = 10
    """How near an amount of one municipality may be estimated, in percent of it."""
    after_merger: AfterMerger | None = None
    """What to show when earlier releases have other municipalities; None = everything, if that is safe."""

    @property
    def least_for_amounts(self) -> int:
        """Return the smallest number of persons whose amount may be published."""
        return max(self.threshold, self.base) if self.method is Method.ROUNDING else self.threshold


@dataclass(frozen=True)
class Options:
    """What to protect and where the result goes; `also` are warehouses with other municipalities."""

    database: Path
    release: Path
    register: Path
    rules: Rules = field(default_factory=Rules)
    also: tuple[Path, ...] = ()
    witnesses: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What came out: the counts and the verdict of the attack on them, empty with method none."""

    cells: Cells
    verdict: Verdict
    is_optimal: bool = True
    is_protected: bool = True


@dataclass(frozen=True)
class Protected:
    """A release that is safe but not written, with what it was made from."""

    options: Options
    release: Release
    warehouses: tuple[Warehouse, ...]
    hidden: frozenset[Key]
    outcome: Outcome
    moved: int = 0
    """Published values that change after a merger although they may still be true."""

    def write(self, path: Path) -> str:
        """Write the release file, a draft, and return the SHA-256 of its content."""
        choices = asdict(self.options.rules) | {
            "register": self.options.register.absolute(),
            "also": json.dumps([str(path.absolute()) for path in self.options.also]),
        }
        return write_release(path, self.release, self.warehouses, self.hidden, choices)


def default_options(database: Path, release: Path | None = None, register: Path | None = None) -> Options:
    """Return how to protect a build by the default rules, with what isn't given beside the database."""
    return Options(database, release or default_release(database), register or default_register(database))


def options_for(database: Path, release: Path, register: Path | None = None) -> Options:
    """Return how to protect a build: by the rules of the release there is, or else by the default ones."""
    told = read_choices(release) if release.exists() else {}
    if "margin" not in told:  # there is none, or one of an earlier layout
        return default_options(database, release, register)
    also = tuple(Path(text) for text in json.loads(told["also"]))
    rules = Rules(
        method=Method(told["method"]),
        threshold=int(told["threshold"]),
        base=int(told["base"]),
        standard=Standard(told["standard"]),
        margin=int(told["margin"]),
        after_merger=AfterMerger(told["after_merger"]) if told["after_merger"] else None,
    )
    named = Path(told["register"])
    if register is None:
        # It is not there when the release was moved or copied without it.
        register = named if named.exists() else default_register(database)
    return Options(database, release, register, rules, also)


def protect(options: Options) -> Outcome:
    """Protect, attack and write a draft; ProtectionError, and nothing written, when it is not safe."""
    check_targets((options.database, *options.also), options.release, options.register, options.witnesses)
    protected = make_safe(options, register_of(options))
    protected.write(options.release)
    _write_witnesses(options, protected.outcome)
    return protected.outcome


def make_safe(options: Options, register: Register | None) -> Protected:
    """Protect and attack with everything that was released before; ProtectionError when it is not safe.

    Where the published values narrow a small count, it is drawn again with the counts in the equations that
    prove it. When it is refused after a merger, the error names the ways that are safe: each was tried.
    """
    rules = options.rules
    if rules.method is Method.ROUNDING and rules.base < rules.threshold:
        raise ProtectionError(
            f"A base of {rules.base} shows counts below the threshold of {rules.threshold}; "
            "choose a base that is at least the threshold."
        )
    warehouses = tuple(read_warehouse(path) for path in (options.database, *options.also))
    history = register.releases if register else ()
    try:
        return _make_safe(options, warehouses, history)
    except ProtectionError as refusal:
        raise ProtectionError(f"{refusal}{_safe_ways(options, warehouses, history)}") from refusal


def _safe_ways(options: Options, warehouses: tuple[Warehouse, ...], history: Sequence[Release]) -> str:
    """Return which ways after a merger lead to a safe release; nothing when no merger is the cause."""
    if options.rules.after_merger or not withheld_areas(AfterMerger.UNCHANGED, _areas(warehouses), history):
        return ""
    found = []
    for way in AfterMerger:
        try:
            _make_safe(replace(options, rules=replace(options.rules, after_merger=way)), warehouses, history)
        except ProtectionError:
            continue
        found.append(f"twe protect --after-merger {way} {_WAYS[way]}")
    said = f"Safe ways: {'; '.join(found)}." if found else "No other way is safe either."
    return f" Earlier releases have other municipalities. {said}"


def _make_safe(options: Options, warehouses: tuple[Warehouse, ...], history: Sequence[Release]) -> Protected:
    rules = options.rules
    cells = unite([(str(found.path), found.cells, found.areas) for found in warehouses])
    way = None if rules.method is Method.NONE else rules.after_merger
    withheld = withheld_areas(way, _areas(warehouses), history)
    is_withheld = np.array([area_of(cell) in withheld for cell in cells.ids], dtype=bool)
    key = key_of(options.register) if rules.method is Method.ROUNDING else b""
    is_after_merger = rules.method is Method.ROUNDING and bool(
        withheld_areas(AfterMerger.UNCHANGED, _areas(warehouses), history)
    )
    past = Past(cells, history, _areas(warehouses))
    last = _last_values(history, rules.method)
    redraws = np.zeros(len(cells), dtype=np.int64)
    known_parts: dict[bytes, Verdict] = {}
    drawn = None
    for _ in range(_MOST_DRAWS):
        values, is_optimal = protected_values(cells, rules, key, last, redraws, is_withheld)
        # With nothing more to hide the verdict stays as it is.
        if rules.method is Method.SUPPRESSION and drawn is not None and np.array_equal(values, drawn):
            break
        drawn = values
        moved = _moved(cells, values, rules.base, last) if is_after_merger else 0
        if moved and not rules.after_merger:
            what = "1 published value" if moved == 1 else f"{moved} published values"
            raise ProtectionError(f"The release is refused: {what} that may still be true would change.")
        release = make_release(cells, values, warehouses, rules)
        if rules.method is Method.NONE:
            # Chosen by the owner of the data: the edition says on every sheet that nothing is protected.
            hidden, verdict = frozenset[Key](), Verdict()
        else:
            hidden = _hidden_amounts(past.known_with(release), warehouses, rules, withheld)
            verdict = attacked(past, release, warehouses, hidden, rules, known_parts)
        if verdict.is_safe:
            break
        redraws[[cell for cell in verdict.exposed if cell < len(cells)]] += 1
    refuse(verdict, rules.threshold)
    outcome = Outcome(cells, verdict, is_optimal, rules.method is not Method.NONE)
    return Protected(options, release, warehouses, hidden, outcome, moved)


def register_of(options: Options) -> Register | None:
    """Return the register of a warehouse, checked against all that is known beside it.

    None when nothing was ever released. ProtectionError when it is missing, or not the right one.
    """
    register = read_register(options.register, options.database)
    if stamp := read_stamp(options.release):
        what = str(options.release)
        if register is None:
            raise ProtectionError(
                f"The register {options.register} is missing, and {what} is release {stamp.number} in it; "
                "put it back from a backup, or name it with --register."
            )
        register.check_holds(stamp, what)
    return register


def audit(options: Options) -> Outcome:
    """Attack a release file together with the register; ProtectionError when a count can be narrowed.

    The release is judged by its own method, base and markers, and by the threshold and standard of `options`.
    """
    warehouses = [read_warehouse(path) for path in (options.database, *options.also)]
    cells = unite([(str(found.path), found.cells, found.areas) for found in warehouses])
    release, hidden, stamp = read_release(options.release)
    if not is_of_build(options.release, options.database):
        raise ProtectionError(
            f"{options.release} was made from another build of {options.database}; protect it again."
        )
    if set(release.cell_ids) != set(cells.ids):
        raise ProtectionError(
            f"{options.release} does not hold the cells of {options.database}; protect it again."
        )
    check_exact_figures(options.release, options.database)
    check_possible(options.release, release, cells)
    register = register_of(options)
    history = [
        past
        for past in (register.releases if register else ())
        if stamp is None or past.number != stamp.number
    ]
    past = Past(cells, history, release.areas)
    verdict = attacked(past, release, warehouses, hidden, options.rules)
    refuse(verdict, options.rules.threshold)
    outcome = Outcome(cells, verdict)
    _write_witnesses(options, outcome)
    return outcome


def _write_witnesses(options: Options, outcome: Outcome) -> None:
    if options.witnesses:
        small = small_counts(outcome.cells, options.rules.threshold)
        write_witnesses(options.witnesses, outcome.cells, outcome.verdict, small)


def check_possible(path: Path, release: Release, cells: Cells) -> None:
    """Refuse values that the method of a release can't give: no multiples, or sums that don't hold."""
    if release.method is not Method.ROUNDING:
        return
    order = dict(zip(release.cell_ids, range(len(cells)), strict=True))
    values = release.values[cells.values(order, HIDDEN)]
    shown = values != HIDDEN
    wrong = np.flatnonzero(shown & (values % (release.base * cells.units) != 0))
    if len(wrong):
        raise ProtectionError(
            f"{path} is not as it was written: {cells.ids[wrong[0]]} is not a multiple of the base; "
            "protect it again."
        )
    # Of a sum with a part that isn't shown only a bound is left, which says nothing here.
    equations = cells.equations.among_others(~shown)
    broken = np.flatnonzero(equations.is_equality & (equations.sums(values) != 0))
    if len(broken):
        raise ProtectionError(
            f"{path} is not as it was written: {equations.ids[broken[0]]} does not add up; protect it again."
        )


def protected_values(
    cells: Cells, rules: Rules, key: bytes, last: Mapping[str, int], redraws: Integers, is_withheld: Flags
) -> tuple[np.ndarray, bool]:
    """Return the published value of every cell (HIDDEN where there is none) and whether they are the best.

    `key`, `redraws` and the `last` published values decide how counts are rounded. Suppression hides what was
    hidden last, and whatever shares an equation with a cell in `redraws`.
    `is_withheld` are the cells that aren't shown, whatever they count.
    """
    shown = replace(cells, is_published=cells.is_published & ~is_withheld)
    if rules.method is Method.ROUNDING:
        # A withheld cell gets no value, so the shown ones need not add up with it and may stay as they were.
        known = replace(
            shown, equations=cells.equations.among_others(cells.is_published & ~shown.is_published)
        )
        rounded, is_optimal = round_cells(known, rules.base, key, last, redraws)
        return np.where(is_withheld, HIDDEN, rounded), is_optimal
    if rules.method is Method.SUPPRESSION:
        before = cells.values(last, _NEVER)
        never = before == cells.truth
        also = (before == HIDDEN) | (cells.equations.neighbours(redraws > 0) & ~never)
        hidden = hidden_cells(shown, rules.threshold, rules.standard, also, never)
        return np.where(hidden | ~shown.is_published, HIDDEN, cells.truth), True
    return np.where(shown.is_published, cells.truth, HIDDEN), True


def _moved(cells: Cells, values: np.ndarray, base: int, last: Mapping[str, int]) -> int:
    """Return how many rounded values change although what was published last may still be true."""
    before = cells.values(last, HIDDEN)
    may_stay = (before != HIDDEN) & (np.abs(before - cells.truth) < base * cells.units)
    return int((may_stay & cells.is_published & (values != HIDDEN) & (values != before)).sum())


def _last_values(history: Sequence[Release], method: Method) -> dict[str, int]:
    """Return the value in which each cell was last published by a method; HIDDEN counts for suppression."""
    found: dict[str, int] = {}
    for release in history:
        if release.method is method:
            values = dict(zip(release.cell_ids, release.values.tolist(), strict=True))
            shown = {cell for cell, value in values.items() if value != HIDDEN}
            if method is Method.SUPPRESSION:
                # An area of which nothing was shown was left out after a merger, and may come back.
                areas = {area_of(cell) for cell in shown}
                published = (release.cell_ids[cell] for cell in np.flatnonzero(release.is_published))
                shown.update(cell for cell in published if area_of(cell) in areas)
            found |= {cell: values[cell] for cell in shown}
    return found


def _hidden_amounts(
    known: tuple[Cells, Knowledge], warehouses: Sequence[Warehouse], rules: Rules, withheld: frozenset[str]
) -> frozenset[Key]:
    every = [_amounts(known, found, rules) for found in warehouses]
    hidden = frozenset(
        amount.key for found in warehouses for amount in found.amounts if amount.area_id in withheld
    )
    # What one warehouse hides, the others may not show.
    while (found := hidden.union(*(amounts.hidden(hidden) for amounts in every))) != hidden:
        hidden = found
    return hidden


def _amounts(known: tuple[Cells, Knowledge], warehouse: Warehouse, rules: Rules) -> Amounts:
    bounds = bounds_by_counts(*known, warehouse.amounts)
    margin = Decimal(rules.margin) / 100
    return Amounts(warehouse.amounts, rules.least_for_amounts, margin, bounds)


def make_release(cells: Cells, values: np.ndarray, warehouses: Sequence[Warehouse], rules: Rules) -> Release:
    """Return the release that the values make, as the register and the attack see it."""
    marked = cells.is_published & (values == HIDDEN)
    return Release(
        number=0,
        made_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        as_of=warehouses[0].as_of,
        geography_date=warehouses[0].geography_date,
        method=rules.method,
        base=rules.base,
        threshold=rules.threshold,
        markers={HIDDEN_MARK: Marker(0, None)} if marked.any() else {},
        cell_ids=list(cells.ids),
        units=cells.units,
        is_published=cells.is_published,
        values=values,
        marks=[HIDDEN_MARK if is_marked else None for is_marked in marked],
        equations=cells.equations,
        areas=_areas(warehouses),
    )


def _areas(warehouses: Sequence[Warehouse]) -> tuple[Area, ...]:
    return tuple({area.area_id: area for found in warehouses for area in found.areas}.values())


def attacked(
    past: Past,
    release: Release,
    warehouses: Sequence[Warehouse],
    hidden: frozenset[Key],
    rules: Rules,
    known_parts: dict[bytes, Verdict] | None = None,
) -> Verdict:
    """Attack the counts of a release with earlier ones, and its amounts at the rates of seed subsidy_rates.

    By itself a release must meet the standard of `rules`. A rounded count that moves is known to lie between
    its two published values, and one hidden today may have been shown before, which can narrow other counts:
    together with earlier releases, at least two values of each must stay possible. `known_parts` is as in
    `attack`.

    ProtectionError when an amount that is left out can be estimated.
    """
    known = past.known_with(release)
    attacks = [(past.known_alone(release), rules.standard)]
    if past.earlier:
        attacks.append((known, Standard.UNIQUE))
    for (whole, knowledge), standard in attacks:
        for found in warehouses:
            whole, knowledge = with_rates(whole, knowledge, found.amounts, hidden)
        verdict = attack(whole, knowledge, rules.threshold, standard, known_parts=known_parts)
        if not verdict.is_safe:
            return verdict
    for found in warehouses:
        _amounts(known, found, rules).refuse_open(hidden)
    return verdict


def refuse(verdict: Verdict, threshold: int) -> None:
    """Raise ProtectionError that names the first cell, unless the release is safe."""
    if verdict.is_safe:
        return
    at_least = "" if verdict.is_complete else "at least "
    if verdict.findings:
        first, *others = verdict.findings
        raise ProtectionError(
            f"The release is refused: {describe(first, threshold)[:-1]}"
            + (f"; so can {at_least}{len(others)} more be narrowed." if others else ".")
        )
    cell, *rest = verdict.undecided
    raise ProtectionError(
        f"The release is refused, as it is undecided whether {cell} "
        + (f"and {at_least}{len(rest)} more are safe" if rest else "is safe")
        + ": the solver reached its limit without a witness or a proof. "
        "Choose another base, threshold or standard."
    )
