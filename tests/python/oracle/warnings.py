"""The warnings: what is odd but kept."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oracle import codes
from oracle.codes import EXTRACTS
from oracle.dates import add_months, completed_years
from oracle.landing import Row
from oracle.records import Trajectory, visible_lines
from oracle.validity import amount, day, text
from oracle.values import Unreadable

KNOWN_CODES = {
    "raw_trajectories": {
        "end_reason": set(codes.EARLY_BY_END_REASON),
        "gender": set(codes.GENDERS),
        "education_level": set(codes.EDUCATIONS),
    },
    "raw_transmissions": {"decision": set(codes.DECISIONS)},
}
PLAUSIBLE_AGES = range(15, 81)


@dataclass(frozen=True)
class Warned:
    """One warning; `detail` is without the place of a row, and empty for overlaps."""

    extract: str
    record_key: str
    warning: str
    detail: str


def of_values(rows: list[Row]) -> Iterator[Warned]:
    """Yield the warnings about single values of the valid rows of an extract."""
    for row in rows:
        key = str(row.values[EXTRACTS[row.extract][0].name])
        for warning, detail in (*_unreadable(row), *_unknown_codes(row), *_implausible(row)):
            yield Warned(row.extract, key, warning, detail)


def _unreadable(row: Row) -> Iterator[tuple[str, str]]:
    for column in EXTRACTS[row.extract]:
        value = row.values[column.name]
        if isinstance(value, Unreadable) and not column.costs_row:
            yield "unreadable_value", f"{column.name}: {value.text}"


def _unknown_codes(row: Row) -> Iterator[tuple[str, str]]:
    for column, known in KNOWN_CODES.get(row.extract, {}).items():
        code = text(row, column)
        if code is not None and code not in known:
            yield "unknown_code", f"{column}: {code}"


def _implausible(row: Row) -> Iterator[tuple[str, str]]:
    start, born, since = (day(row, name) for name in ("start_date", "birth_date", "unemployed_since"))
    if start and born and completed_years(born, start) not in PLAUSIBLE_AGES:
        yield "implausible_birth_date", f"birth_date: {born}, start_date: {start}"
    if start and since and since > start:
        yield "unemployed_since_after_start", f"unemployed_since: {since}, start_date: {start}"


def of_trajectories(trajectories: list[Trajectory]) -> Iterator[Warned]:
    """Yield the warnings about long and overlapping current trajectories."""
    for found in trajectories:
        if max(found.planned_end, found.end or found.planned_end) >= add_months(found.start, 24):
            days = {
                "start_date": found.start,
                "planned_end_date": found.planned_end,
                "end_date": found.end or "",
            }
            detail = ", ".join(f"{name}: {day}" for name, day in days.items())
            yield Warned("raw_trajectories", found.trajectory_id, "over_24_months", detail)
    by_client = defaultdict(list)
    for found in trajectories:
        by_client[found.client].append(found)
    for together in by_client.values():
        for found in together:
            others = (other for other in together if other is not found)
            if any(_overlap(found, other) for other in others):
                yield Warned("raw_trajectories", found.trajectory_id, "overlapping_trajectories", "")


def _overlap(one: Trajectory, other: Trajectory) -> bool:
    return one.start <= (other.end or date.max) and other.start <= (one.end or date.max)


def of_lines(rows: list[Row], as_of: date) -> Iterator[Warned]:
    """Yield the warnings about months that net below zero, of every stream."""
    nets: dict[str, Decimal] = defaultdict(Decimal)
    for row in visible_lines(rows, as_of):
        parts = (
            text(row, "client_id"),
            text(row, "ocmw_nis"),
            day(row, "performance_month"),
            text(row, "stream"),
        )
        nets[" ".join(map(str, parts))] += amount(row, "amount_eur")
    for key, net in nets.items():
        if net < 0:
            yield Warned("raw_subsidies", key, "net_below_zero", f"net_eur: {net:.2f}")
