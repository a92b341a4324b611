"""Which rows are valid, and every reason why the others are not."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from oracle.codes import EXTRACTS, municipalities
from oracle.dates import add_months
from oracle.landing import Row
from oracle.values import Unreadable

TWE_START = date(2017, 1, 1)
CORRECTION_MONTHS = 120


@dataclass
class Ruling:
    """The rows of one extract after validity.

    `alike` holds groups of rows that are the same; which of them is kept is free, so the reasons are
    known for the group only. Rows with a reason of their own form a group of one.
    """

    delivered: list[Row]
    valid: list[Row]
    alike: list[list[Row]] = field(default_factory=list)


def rule(extract: str, rows: list[Row]) -> Ruling:
    """Give every row its reasons and keep the rows without."""
    known = set(municipalities())
    for row in rows:
        row.reasons |= _own_reasons(row, known)
    refused = [row for row in rows if row.reasons]
    groups = _grouped((row for row in rows if not row.reasons), content)
    kept = []
    for first, *copies in groups:
        kept.append(first)
        for copy in copies:
            copy.reasons.add("duplicate_row")
    reason, key = _clash(extract)
    for clashing in _grouped(kept, key):
        if len(clashing) > 1:
            for row in clashing:
                row.reasons.add(reason)
    valid = [row for row in rows if not row.reasons]
    return Ruling(rows, valid, [*groups, *([row] for row in refused)])


def content(row: Row) -> Hashable:
    """Return what must be equal for two rows to be the same; an empty `is_void` is false.

    The type stands beside the value: text never equals a number, nor 1 a true.
    """
    values = dict(row.values)
    if "is_void" in values and values["is_void"] is None:
        values["is_void"] = False
    return tuple(
        (type(values[column.name]).__name__, values[column.name]) for column in EXTRACTS[row.extract]
    )


def _clash(extract: str) -> tuple[str, Callable[[Row], Hashable]]:
    if extract == "raw_subsidies":
        return "duplicate_line", lambda row: row.values["line_id"]
    key = EXTRACTS[extract][0].name
    return "conflicting_version", lambda row: (row.values[key], row.values["recorded_at"])


def _grouped(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> list[list[Row]]:
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return list(groups.values())


def _own_reasons(row: Row, known_municipalities: set[str]) -> set[str]:
    reasons = set()
    for column in EXTRACTS[row.extract]:
        value = row.values[column.name]
        if value is None:
            if column.required:
                reasons.add("missing_required")
        elif isinstance(value, Unreadable):
            if column.costs_row:
                reasons.add("unreadable_value")
        elif column.name == "ocmw_nis":
            if value not in known_municipalities:
                reasons.add("unknown_municipality")
        elif column.codes and value not in column.codes:
            reasons.add("unknown_code")
    return reasons | _date_reasons(row)


def _date_reasons(row: Row) -> set[str]:
    reasons = set()
    start = day(row, "start_date")
    for end in (day(row, "end_date"), day(row, "planned_end_date")):
        if start is not None and end is not None and end < start:
            reasons.add("end_before_start")
    if row.extract == "raw_trajectories" and start is not None and start < TWE_START:
        reasons.add("before_twe")
    if row.extract == "raw_subsidies":
        booked, month = day(row, "booked_on"), day(row, "performance_month")
        if booked is not None and month is not None and booked > add_months(month, CORRECTION_MONTHS):
            reasons.add("correction_too_old")
    return reasons


def day(row: Row, column: str) -> date | None:
    """Return a date of the row, None when it is absent, empty or unreadable."""
    value = row.values.get(column)
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def moment(row: Row) -> datetime:
    """Return `recorded_at` of a valid row."""
    value = row.values["recorded_at"]
    assert isinstance(value, datetime)
    return value


def text(row: Row, column: str) -> str | None:
    """Return a text of the row."""
    value = row.values[column]
    assert value is None or isinstance(value, str)
    return value


def amount(row: Row, column: str) -> Decimal:
    """Return an amount of a valid row, in euro."""
    value = row.values[column]
    assert isinstance(value, Decimal)
    return value
