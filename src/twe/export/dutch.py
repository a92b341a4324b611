"""Dates and numbers inside Dutch sentences; in cells they stay real numbers with a number format."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_DUTCH_SIGNS = str.maketrans(",.", ".,")


def day_text(day: date) -> str:
    """Return a day in words, such as `31 december 2024`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def number_text(number: int | float | Decimal, digits: int = 0) -> str:
    """Return a number with so many decimals, half rounded up, such as `18.806` or `1.250,5`."""
    rounded = Decimal(str(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded:,}".translate(_DUTCH_SIGNS)


def lowered(label: str) -> str:
    """Return a label as it stands inside a sentence; an abbreviation such as `NEC` keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def list_text(items: Sequence[str]) -> str:
    """Return at least one item as an enumeration, such as `a, b en c`."""
    *first, last = items
    return f"{', '.join(first)} en {last}" if first else last
