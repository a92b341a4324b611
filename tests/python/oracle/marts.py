"""The eight marts, cell by cell."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any, TypeVar

from oracle import codes
from oracle.codes import Settings
from oracle.records import DAY, Money, Spell, Trajectory, Transmission

Key = tuple[object, ...]
Measures = dict[str, Any]
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
class State:
    """All current records on `as_of`; `claims` is None when that extract was not delivered."""

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
        records: list[Trajectory | Money] = [*self.trajectories, *self.ledger, *(self.claims or [])]
        found |= {self.nis(record) for record in records}
        return sorted(found)


def all_marts(state: State) -> dict[str, Mart]:
    """Compute every mart as {key: {column: value}}, the names of the municipality included."""
    marts = {
        "annex_1_started_trajectories": _annex_1(state),
        "annex_2_profile": _annex_2(state),
        "annex_3_wage_subsidies": _annex_3(state),
        "annex_3_by_booking_year": _annex_3_by_booking_year(state),
        "annex_4_ended_trajectories": _annex_4(state),
        "annex_5_outflow": _annex_5(state),
        "annex_6_transmissions": _annex_6(state),
        "annex_6_decisions": _annex_6_decisions(state),
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


def _grid(state: State, annex: int, categories: Iterable[Key], zeros: Callable[[], Measures]) -> Mart:
    """Build every cell of a dense mart with nothing in it."""
    first, last = state.years[annex]
    return {
        (year, nis, *category): zeros()
        for year, nis, category in product(
            range(first, last + 1), state.reported_municipalities(), list(categories)
        )
    }


def _count(mart: Mart, key: Key, column: str) -> None:
    mart.setdefault(key, {column: 0})
    mart[key][column] += 1


def _annex_1(state: State) -> Mart:
    mart: Mart = {}
    for found in state.started():
        if state.reports(1, found.start.year):
            _count(mart, (found.start.year, state.nis(found), found.planned_months), "trajectories")
    return mart


def _annex_2(state: State) -> Mart:
    mart = _grid(state, 2, state.settings.profile_categories(), lambda: {"trajectories": 0})
    for found in state.started():
        if state.reports(2, found.start.year):
            for dimension, category in found.profile:
                mart[found.start.year, state.nis(found), dimension, category]["trajectories"] += 1
    return mart


def _annex_3(state: State) -> Mart:
    def zeros() -> Measures:
        delivered = state.claims is not None
        return {
            "subsidised_months": 0,
            "clients": 0,
            **_no_money(),
            "claims": 0 if delivered else None,
            "claimed_eur": ZERO if delivered else None,
        }

    mart = _grid(state, 3, [()], zeros)
    for line in state.ledger:
        if state.reports(3, line.month.year):
            _add_money(mart[line.month.year, state.nis(line)], line.euro)
    clients = defaultdict(set)
    places = {(line.client, line.ocmw, line.month): state.nis(line) for line in state.ledger}
    for (client, ocmw, month), net in _net_by_month(state.ledger).items():
        if net > 0 and state.reports(3, month.year):
            cell = (month.year, places[client, ocmw, month])
            mart[cell]["subsidised_months"] += 1
            clients[cell].add(client)
    for cell, found in clients.items():
        mart[cell]["clients"] = len(found)
    for claim in state.claims or []:
        if state.reports(3, claim.month.year):
            measures = mart[claim.month.year, state.nis(claim)]
            measures["claims"] += 1
            measures["claimed_eur"] += claim.euro
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


def _annex_3_by_booking_year(state: State) -> Mart:
    mart = _grid(state, 3, [()], _no_money)
    for line in state.ledger:
        if state.reports(3, line.booked.year):
            _add_money(mart[line.booked.year, state.nis(line)], line.euro)
    return mart


def _annex_4(state: State) -> Mart:
    mart: Mart = {}
    for found in state.ended():
        assert found.end is not None
        if state.reports(4, found.end.year):
            key = (found.end.year, state.nis(found), found.ending, found.months)
            _count(mart, key, "trajectories")
    return mart


def _annex_5(state: State) -> Mart:
    mart = _grid(state, 5, codes.OUTCOMES, lambda: {"trajectories": 0, "clients": 0})
    clients = defaultdict(set)
    for found in state.measured():
        if not state.reports(5, state.measure_date(found).year):
            continue
        for outcome in {_status(state, found), *_competences(state, found)}:
            cell = (state.measure_date(found).year, state.nis(found), *outcome)
            mart[cell]["trajectories"] += 1
            clients[cell].add(found.client)
    for cell, found_clients in clients.items():
        mart[cell]["clients"] = len(found_clients)
    return mart


def _status(state: State, found: Trajectory) -> tuple[str, str]:
    when = state.measure_date(found)
    for other in state.trajectories_of[found.client]:
        if other.trajectory_id != found.trajectory_id and other.covers(when):
            return codes.AGAIN_IN_TWE
    held = {spell.code for spell in state.spells_of[found.client] if spell.overlaps(when, when)}
    for code, outcome in codes.STATUSES.items():
        if code in held:
            return outcome
    return codes.UNKNOWN_OUTCOME


def _competences(state: State, found: Trajectory) -> set[tuple[str, str]]:
    assert found.end is not None
    return {
        codes.COMPETENCES[spell.code]
        for spell in state.spells_of[found.client]
        if spell.code in codes.COMPETENCES and spell.overlaps(found.end + DAY, state.window_end(found))
    }


def _sent(state: State, found: Trajectory) -> list[Transmission]:
    assert found.end is not None
    return [
        item
        for item in state.transmissions_of[found.client]
        if found.end < item.sent <= state.window_end(found)
    ]


def _annex_6(state: State) -> Mart:
    mart = _grid(state, 6, [()], lambda: {"ended_trajectories": 0, "trajectories_with_transmission": 0})
    for found in state.measured():
        if state.reports(6, state.measure_date(found).year):
            cell = mart[state.measure_date(found).year, state.nis(found)]
            cell["ended_trajectories"] += 1
            cell["trajectories_with_transmission"] += 1 if _sent(state, found) else 0
    return mart


def _annex_6_decisions(state: State) -> Mart:
    categories = [(category,) for category in codes.DECISION_CATEGORIES]
    mart = _grid(state, 6, categories, lambda: {"transmissions": 0})
    for found in state.measured():
        if state.reports(6, state.measure_date(found).year):
            for item in _sent(state, found):
                mart[state.measure_date(found).year, state.nis(found), item.decision]["transmissions"] += 1
    return mart
