"""How one delivered value is read."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

BLANKS = " \t\u00a0"

ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
BELGIAN_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})")
AMOUNT = re.compile(r"[+-]?[0-9]{1,10}([.,][0-9]{1,2})?")
NIS = re.compile(r"[0-9]{5}")
INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
BOOLEANS = {
    "true": True,
    "1": True,
    "ja": True,
    "j": True,
    "false": False,
    "0": False,
    "nee": False,
    "n": False,
}


@dataclass(frozen=True)
class Unreadable:
    """A value that cannot be read; two of them are the same when their trimmed texts are."""

    text: str


Value = None | str | bool | int | Decimal | date | datetime | Unreadable


def trimmed(text: str | None) -> str | None:
    """Return the text without blanks around it, None when nothing is left."""
    if text is None:
        return None
    return text.strip(BLANKS) or None


def read(text: str | None, kind: str) -> Value:
    """Read one value as `kind`: text, nis, date, month, timestamp, amount, integer or boolean."""
    text = trimmed(text)
    if text is None or kind == "text":
        return text
    readers = {
        "nis": _nis,
        "date": _date,
        "month": _month,
        "timestamp": _timestamp,
        "amount": _amount,
        "integer": _integer,
        "boolean": _boolean,
    }
    value = readers[kind](text)
    return Unreadable(text) if value is None else value


def _nis(text: str) -> str | None:
    return text if NIS.fullmatch(text) else None


def _date(text: str) -> date | None:
    if match := ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := BELGIAN_DATE.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        return None
    if not 1900 <= year <= 9998:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(text: str) -> date | None:
    day = _date(text)
    return None if day is None else day.replace(day=1)


def _timestamp(text: str) -> datetime | None:
    day = _date(text[:10])
    if day is None:
        return None
    if len(text) == 10:
        return datetime.combine(day, time())
    match = TIME.fullmatch(text[11:])
    if text[10] not in " T" or match is None:
        return None
    hour, minute, second = (int(part) for part in match.groups())
    if hour > 23 or minute > 59 or second > 59:
        return None
    return datetime.combine(day, time(hour, minute, second))


def _amount(text: str) -> Decimal | None:
    if AMOUNT.fullmatch(text) is None:
        return None
    return Decimal(text.replace(",", "."))


def _integer(text: str) -> int | None:
    return int(text) if INTEGER.fullmatch(text) else None


def _boolean(text: str) -> bool | None:
    return BOOLEANS.get(text.lower())
