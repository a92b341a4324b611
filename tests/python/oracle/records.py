"""The current records on the day of the report: visible rows, latest versions, without the void ones."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oracle import codes
from oracle.codes import EXTRACTS, Settings
from oracle.dates import add_months, completed_years, full_months
from oracle.landing import Row
from oracle.validity import amount, day, moment, text
from oracle.values import Unreadable

DAY = date.resolution


@dataclass(frozen=True)
class Trajectory:
    """One current trajectory; everything from its latest version, the plan from its earliest."""

    trajectory_id: str
    client: str
    ocmw: str
    residence: str | None
    start: date
    planned_end: date
    end: date | None
    planned_months: int
    end_reason: str | None
    profile: tuple[tuple[str, str], ...]

    def after_end(self, months: int) -> date:
        """Return the day some months after the end; only asked of ended trajectories."""
        assert self.end is not None
        return add_months(self.end, months)

    @property
    def months(self) -> int:
        """Full months from the start to the end, the last day included."""
        assert self.end is not None
        months = full_months(self.start, self.end + DAY)
        assert months is not None
        return months

    @property
    def ending(self) -> str:
        """Say how it ended: by its reason, without one by the plan of the latest version."""
        assert self.end is not None
        early = codes.EARLY_BY_END_REASON.get(self.end_reason or "", self.end < self.planned_end)
        return "ended_early" if early else "completed"

    def covers(self, when: date) -> bool:
        """Say whether the trajectory runs on `when`."""
        return self.start <= when and (self.end is None or self.end >= when)


def last_day(valid: dict[str, list[Row]]) -> date | None:
    """Return the default of `as_of`: the last registration or booking day of all valid rows."""
    days = [day(row, "booked_on") for row in valid["raw_subsidies"]]
    days += [moment(row).date() for name, rows in valid.items() if name != "raw_subsidies" for row in rows]
    return max((found for found in days if found is not None), default=None)


def versions(rows: list[Row], as_of: date) -> list[list[Row]]:
    """Return the visible versions of every key, oldest first."""
    by_key: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        if moment(row).date() <= as_of:
            by_key[text(row, EXTRACTS[row.extract][0].name)].append(row)
    return [sorted(found, key=moment) for found in by_key.values()]


def current(rows: list[Row], as_of: date) -> list[Row]:
    """Return the latest visible version of every key, void ones left out."""
    latest = [found[-1] for found in versions(rows, as_of)]
    return [row for row in latest if row.values["is_void"] is not True]


def visible_lines(rows: list[Row], as_of: date) -> list[Row]:
    """Return the ledger lines of all streams booked on or before `as_of`."""
    return [row for row in rows if _known(row, "booked_on") <= as_of]


def trajectories(rows: list[Row], as_of: date, settings: Settings) -> list[Trajectory]:
    """Return the current trajectories."""
    return [
        _trajectory(found[0], found[-1], settings)
        for found in versions(rows, as_of)
        if found[-1].values["is_void"] is not True
    ]


def _trajectory(first: Row, last: Row, settings: Settings) -> Trajectory:
    planned = full_months(_known(first, "start_date"), _known(first, "planned_end_date") + DAY)
    assert planned is not None
    return Trajectory(
        trajectory_id=str(last.values["trajectory_id"]),
        client=str(last.values["client_id"]),
        ocmw=str(last.values["ocmw_nis"]),
        residence=_readable_text(last, "residence_nis"),
        start=_known(last, "start_date"),
        planned_end=_known(last, "planned_end_date"),
        end=day(last, "end_date"),
        planned_months=planned,
        end_reason=text(last, "end_reason"),
        profile=tuple(_profile(last, settings).items()),
    )


def _known(row: Row, column: str) -> date:
    found = day(row, column)
    assert found is not None
    return found


def _readable_text(row: Row, column: str) -> str | None:
    return None if isinstance(row.values[column], Unreadable) else text(row, column)


def _profile(row: Row, settings: Settings) -> dict[str, str]:
    start = _known(row, "start_date")
    background = row.values["migration_background"]
    return {
        "gender": codes.GENDERS.get(text(row, "gender") or "", "unknown"),
        "age": _age_class(day(row, "birth_date"), start, settings),
        "unemployment_duration": _unemployment_class(day(row, "unemployed_since"), start),
        "education": codes.EDUCATIONS.get(text(row, "education_level") or "", "unknown"),
        "migration_background": {True: "yes", False: "no"}[background]
        if isinstance(background, bool)
        else "unknown",
    }


def _age_class(born: date | None, start: date, settings: Settings) -> str:
    age = None if born is None else completed_years(born, start)
    for name, first, last in settings.age_classes:
        if age is not None and first <= age <= last:
            return name
    return "unknown"


def _unemployment_class(since: date | None, start: date) -> str:
    months = None if since is None else full_months(since, start)
    if months is None:
        return "unknown"
    if months < 12:
        return "under_1_year"
    return "1_to_2_years" if months < 24 else "2_years_plus"


@dataclass(frozen=True)
class Spell:
    """One current spell of a client."""

    client: str
    code: str
    start: date
    end: date | None

    def overlaps(self, first: date, last: date) -> bool:
        """Say whether the spell has a day in [first, last]."""
        return self.start <= last and (self.end is None or self.end >= first)


def spells(rows: list[Row], as_of: date) -> list[Spell]:
    """Return the current spells."""
    return [
        Spell(
            str(row.values["client_id"]),
            str(row.values["spell_code"]),
            _known(row, "start_date"),
            day(row, "end_date"),
        )
        for row in current(rows, as_of)
    ]


@dataclass(frozen=True)
class Transmission:
    """One current transmission; `decision` as a category of the mart."""

    client: str
    sent: date
    decision: str


def transmissions(rows: list[Row], as_of: date) -> list[Transmission]:
    """Return the current transmissions, with the decision known on `as_of`."""
    return [
        Transmission(str(row.values["client_id"]), _known(row, "transmission_date"), _decision(row, as_of))
        for row in current(rows, as_of)
    ]


def _decision(row: Row, as_of: date) -> str:
    code, decided = text(row, "decision"), day(row, "decision_date")
    if code is None or (decided is not None and decided > as_of):
        return "pending"
    return codes.DECISIONS.get(code, "unknown")


@dataclass(frozen=True)
class Money:
    """One amount of the wage subsidy: a ledger line or a claim."""

    client: str
    ocmw: str
    month: date
    booked: date
    euro: Decimal


def ledger(rows: list[Row], as_of: date) -> list[Money]:
    """Return the visible lines of the wage subsidy."""
    return [
        Money(
            str(row.values["client_id"]),
            str(row.values["ocmw_nis"]),
            _known(row, "performance_month"),
            _known(row, "booked_on"),
            amount(row, "amount_eur"),
        )
        for row in visible_lines(rows, as_of)
        if text(row, "stream") == "loontoelage"
    ]


def claims(rows: list[Row], as_of: date) -> list[Money]:
    """Return the current claims of the wage subsidy."""
    return [
        Money(
            str(row.values["client_id"]),
            str(row.values["ocmw_nis"]),
            _known(row, "performance_month"),
            moment(row).date(),
            amount(row, "claimed_eur"),
        )
        for row in current(rows, as_of)
        if text(row, "stream") == "loontoelage"
    ]
