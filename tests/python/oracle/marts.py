"""The eight marts, cell by cell."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import TypeVar

from oracle import codes
from oracle.codes import Settings
from oracle.records import DAY, Money, Spell, Trajectory, Transmission

Key = tuple[object, ...]
Measures = dict[str, object]
Mart = dict[Key, Measures]

KEYS: dict[str, tuple[str, ...]] = {
    "annex_1_started_trajectories": ("year", "nis_code", "planned_duration_months"),
    "annex_2_profile": ("year", "nis_code", "dimension", "category"),
    "annex_3_wage_subsidies": ("year", "nis_code"),
    "annex_3_by_booking_year": ("year", "nis_code"),
    "annex_4_ended_trajectories": ("year", "nis_code", "ending", "duration_months"),
    "annex_5_outflow": ("year", "nis_code", "outcome_group", "outcome"),
    "annex_6_transmissions": ("year", "nis_code"),
    "annex_6_decisions": ("year", "nis_code", "decision"),
}
ZERO = Decimal("0.00")
UNKNOWN_PLACE: Measures = {
    "municipality": "Woonplaats onbekend of buiten Vlaanderen",
    "province": "Onbekend of buiten Vlaanderen",
}
Found = TypeVar("Found", Trajectory, Spell, Transmission)


def _by_client(found: list[Found]) -> dict[str, list[Found]]:
    grouped = defaultdict(list)
    for item in found:
        grouped[item.client].append(item)
    return grouped


@dataclass
class Existing:
    """Everything that exists on `as_of`; `claims` is None when that extract was not delivered."""

    as_of: date
    geography_date: date
    years: dict[int, tuple[int, int]]
    trajectories: list[Trajectory]
    ledger: list[Money]
    claims: list[Money] | None
    spells: list[Spell]
    transmissions: list[Transmission]
    settings: Settings

    def __post_init__(self) -> None:
        """Sort what is asked per client by client."""
        self.trajectories_of = _by_client(self.trajectories)
        self.spells_of = _by_client(self.spells)
        self.transmissions_of = _by_client(self.transmissions)

    def nis(self, found: Trajectory | Money) -> str:
        """Return the code under which a record is reported."""
        if not self.settings.by_residence:
            return codes.carried_forward(found.ocmw, self.geography_date)
        residence = found.residence if isinstance(found, Trajectory) else self._residence(found)
        if residence not in codes.municipalities():
            return codes.UNKNOWN_RESIDENCE
        return codes.carried_forward(residence, self.geography_date)

    def _residence(self, money: Money) -> str | None:
        """Return where the client lived by the last trajectory that started in or before the month."""
        known = [
            (found.start, found.trajectory_id, found.residence)
            for found in self.trajectories_of.get(money.client, [])
            if found.start <= self.as_of and found.start.replace(day=1) <= money.month
        ]
        return max(known, key=lambda item: item[:2])[2] if known else None

    def measure_date(self, found: Trajectory) -> date:
        """Return the day on which an ended trajectory is measured."""
        return found.after_end(self.settings.measure_months)

    def window_end(self, found: Trajectory) -> date:
        """Return the last day on which transmissions and competences of an ended trajectory count."""
        return found.after_end(self.settings.window_months or self.settings.measure_months)

    def reports(self, annex: int, year: int) -> bool:
        """Say whether the annex shows the year."""
        first, last = self.years[annex]
        return first <= year <= last

    def started(self) -> list[Trajectory]:
        """Return the trajectories that have begun."""
        return [found for found in self.trajectories if found.start <= self.as_of]

    def ended(self) -> list[Trajectory]:
        """Return the trajectories that have ended."""
        return [found for found in self.trajectories if found.end is not None and found.end <= self.as_of]

    def measured(self) -> list[Trajectory]:
        """Return the ended trajectories whose measure date has come."""
        return [found for found in self.ended() if self.measure_date(found) <= self.as_of]

    def reported_municipalities(self) -> list[str]:
        """Return the codes valid on `geography_date` and the newer ones that occur."""
        found = {
            code for code, place in codes.municipalities().items() if place.valid_on(self.geography_date)
        }
        found |= {self.nis(item) for item in [*self.trajectories, *self.ledger, *(self.claims or [])]}
        return sorted(found)


def all_marts(world: Existing) -> dict[str, Mart]:
    """Compute every mart as {key: {column: value}}, the names of the municipality included."""
    marts = {
        "annex_1_started_trajectories": _annex_1(world),
        "annex_2_profile": _annex_2(world),
        "annex_3_wage_subsidies": _annex_3(world),
        "annex_3_by_booking_year": _annex_3_by_booking_year(world),
        "annex_4_ended_trajectories": _annex_4(world),
        "annex_5_outflow": _annex_5(world),
        "annex_6_transmissions": _annex_6(world),
        "annex_6_decisions": _annex_6_decisions(world),
    }
    places = codes.municipalities()
    for mart in marts.values():
        for key, measures in mart.items():
            if key[1] == codes.UNKNOWN_RESIDENCE:
                measures |= UNKNOWN_PLACE
                continue
            place = places[str(key[1])]
            measures |= {"municipality": place.name, "province": place.province}
    return marts


def _grid(world: Existing, annex: int, categories: Iterable[Key], zeros: Callable[[], Measures]) -> Mart:
    """Build every cell of a dense mart with nothing in it."""
    first, last = world.years[annex]
    return {
        (year, nis, *category): zeros()
        for year, nis, category in product(
            range(first, last + 1), world.reported_municipalities(), list(categories)
        )
    }


def _count(mart: Mart, key: Key, column: str) -> None:
    mart.setdefault(key, {column: 0})
    mart[key][column] += 1


def _annex_1(world: Existing) -> Mart:
    mart: Mart = {}
    for found in world.started():
        if world.reports(1, found.start.year):
            _count(mart, (found.start.year, world.nis(found), found.planned_months), "trajectories")
    return mart


def _annex_2(world: Existing) -> Mart:
    mart = _grid(world, 2, world.settings.profile_categories(), lambda: {"trajectories": 0})
    for found in world.started():
        if world.reports(2, found.start.year):
            for dimension, category in found.profile:
                mart[found.start.year, world.nis(found), dimension, category]["trajectories"] += 1
    return mart


def _annex_3(world: Existing) -> Mart:
    def zeros() -> Measures:
        delivered = world.claims is not None
        return {
            "subsidised_months": 0,
            "clients": 0,
            **_no_money(),
            "claims": 0 if delivered else None,
            "claimed_eur": ZERO if delivered else None,
        }

    mart = _grid(world, 3, [()], zeros)
    for line in world.ledger:
        if world.reports(3, line.month.year):
            _add_money(mart[line.month.year, world.nis(line)], line.euro)
    clients = defaultdict(set)
    places = {(line.client, line.ocmw, line.month): world.nis(line) for line in world.ledger}
    for (client, ocmw, month), net in _net_by_month(world.ledger).items():
        if net > 0 and world.reports(3, month.year):
            cell = (month.year, places[client, ocmw, month])
            mart[cell]["subsidised_months"] += 1
            clients[cell].add(client)
    for cell, found in clients.items():
        mart[cell]["clients"] = len(found)
    for claim in world.claims or []:
        if world.reports(3, claim.month.year):
            cell = mart[claim.month.year, world.nis(claim)]
            cell["claims"] += 1
            cell["claimed_eur"] += claim.euro
    return mart


def _net_by_month(ledger: list[Money]) -> dict[tuple[str, str, date], Decimal]:
    nets: dict[tuple[str, str, date], Decimal] = defaultdict(Decimal)
    for line in ledger:
        nets[line.client, line.ocmw, line.month] += line.euro
    return nets


def _no_money() -> Measures:
    return {"gross_paid_eur": ZERO, "recovered_eur": ZERO, "paid_eur": ZERO}


def _add_money(cell: Measures, euro: Decimal) -> None:
    cell["paid_eur"] += euro
    if euro > 0:
        cell["gross_paid_eur"] += euro
    if euro < 0:
        cell["recovered_eur"] += euro


def _annex_3_by_booking_year(world: Existing) -> Mart:
    mart = _grid(world, 3, [()], _no_money)
    for line in world.ledger:
        if world.reports(3, line.booked.year):
            _add_money(mart[line.booked.year, world.nis(line)], line.euro)
    return mart


def _annex_4(world: Existing) -> Mart:
    mart: Mart = {}
    for found in world.ended():
        assert found.end is not None
        if world.reports(4, found.end.year):
            key = (found.end.year, world.nis(found), found.ending, found.months)
            _count(mart, key, "trajectories")
    return mart


def _annex_5(world: Existing) -> Mart:
    mart = _grid(world, 5, codes.OUTCOMES, lambda: {"trajectories": 0, "clients": 0})
    clients = defaultdict(set)
    for found in world.measured():
        if not world.reports(5, world.measure_date(found).year):
            continue
        for outcome in {_status(world, found), *_competences(world, found)}:
            cell = (world.measure_date(found).year, world.nis(found), *outcome)
            mart[cell]["trajectories"] += 1
            clients[cell].add(found.client)
    for cell, found_clients in clients.items():
        mart[cell]["clients"] = len(found_clients)
    return mart


def _status(world: Existing, found: Trajectory) -> tuple[str, str]:
    when = world.measure_date(found)
    for other in world.trajectories_of[found.client]:
        if other.trajectory_id != found.trajectory_id and other.covers(when):
            return codes.AGAIN_IN_TWE
    held = {spell.code for spell in world.spells_of[found.client] if spell.overlaps(when, when)}
    for code, outcome in codes.STATUSES.items():
        if code in held:
            return outcome
    return codes.UNKNOWN_OUTCOME


def _competences(world: Existing, found: Trajectory) -> set[tuple[str, str]]:
    assert found.end is not None
    return {
        codes.COMPETENCES[spell.code]
        for spell in world.spells_of[found.client]
        if spell.code in codes.COMPETENCES and spell.overlaps(found.end + DAY, world.window_end(found))
    }


def _sent(world: Existing, found: Trajectory) -> list[Transmission]:
    assert found.end is not None
    return [
        item
        for item in world.transmissions_of[found.client]
        if found.end < item.sent <= world.window_end(found)
    ]


def _annex_6(world: Existing) -> Mart:
    mart = _grid(world, 6, [()], lambda: {"ended_trajectories": 0, "trajectories_with_transmission": 0})
    for found in world.measured():
        if world.reports(6, world.measure_date(found).year):
            cell = mart[world.measure_date(found).year, world.nis(found)]
            cell["ended_trajectories"] += 1
            cell["trajectories_with_transmission"] += 1 if _sent(world, found) else 0
    return mart


def _annex_6_decisions(world: Existing) -> Mart:
    categories = [(category,) for category in codes.DECISION_CATEGORIES]
    mart = _grid(world, 6, categories, lambda: {"transmissions": 0})
    for found in world.measured():
        if world.reports(6, world.measure_date(found).year):
            for item in _sent(world, found):
                mart[world.measure_date(found).year, world.nis(found), item.decision]["transmissions"] += 1
    return mart
