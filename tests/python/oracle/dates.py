"""Calendar arithmetic by the conventions of the annexes."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """Return the same day number `months` later, clamped to the end of that month.

    Results after year 9999 are given as `date.max`: every readable date lies before 9999, so the
    comparison with any of them comes out the same.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def full_months(first: date, last: date) -> int | None:
    """Return the largest m >= 0 with `add_months(first, m) <= last`, None when `last` < `first`."""
    if last < first:
        return None
    months = (last.year - first.year) * 12 + last.month - first.month
    while add_months(first, months) > last:
        months -= 1
    return months


def completed_years(first: date, last: date) -> int | None:
    """Return full months / 12, rounded down; None when `last` < `first`."""
    months = full_months(first, last)
    return None if months is None else months // 12
