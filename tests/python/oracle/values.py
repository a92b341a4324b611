"""How one delivered value is read."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

BLANKS = " \t\u00a0"

DAY_NOTATIONS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    re.compile(r"(?P<day>[0-9]{1,2})(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4})"),
)
MONTH_NOTATIONS = (
    re.compile(r"(?P<year>[0-9]{4})-?(?P<month>[0-9]{2})"),
    re.compile(r"(?P<month>[0-9]{1,2})[-/](?P<year>[0-9]{4})"),
)
MIDNIGHT = re.compile(r"00:00(:00(\.0+)?)?")
TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?")
CURRENCIES = ("€", "eur")
GROUPINGS = (".", ",", "'", " ", "\u00a0")
NIS = re.compile(r"[0-9]{5}")
INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
TRUE = {"true", "1", "ja", "j", "waar", "yes", "oui"}
FALSE = {"false", "0", "nee", "n", "onwaar", "no", "non"}


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
    day, sign, time_part = _parted(text)
    if sign and MIDNIGHT.fullmatch(time_part) is None:
        return None
    return _day(day)


def _parted(text: str) -> tuple[str, str, str]:
    """Return the day, the blank or T behind it and the time behind that."""
    for sign in (" ", "T"):
        if sign in text:
            return text.partition(sign)
    return text, "", ""


def _day(text: str) -> date | None:
    for notation in DAY_NOTATIONS:
        if match := notation.fullmatch(text):
            return _calendar(match["year"], match["month"], match["day"])
    return None


def _calendar(year: str, month: str, day: str) -> date | None:
    if not 1900 <= int(year) <= 9998:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month(text: str) -> date | None:
    for notation in MONTH_NOTATIONS:
        if match := notation.fullmatch(text):
            return _calendar(match["year"], match["month"], "1")
    day = _date(text)
    return None if day is None else day.replace(day=1)


def _timestamp(text: str) -> datetime | None:
    day_text, sign, time_text = _parted(text)
    day = _day(day_text)
    if day is None or not sign:
        return None if day is None else datetime.combine(day, time())
    match = TIME.fullmatch(time_text)
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    if hour > 23 or minute > 59 or second > 59:
        return None
    micro = int((match[4] or "").ljust(6, "0")[:6])
    return datetime.combine(day, time(hour, minute, second, micro))


def _amount(text: str) -> Decimal | None:
    """Take the currency off, then the sign, then look at what is left."""
    signs, rest = "", text
    for currency in CURRENCIES:
        size = len(currency)
        bare, sign = (rest[1:], rest[0]) if rest[:1] in ("+", "-") else (rest, "")
        if bare.lower().startswith(currency):
            signs, rest = sign, bare[size:].lstrip(BLANKS)
            break
        if rest.lower().endswith(currency):
            rest = rest[:-size]
            if rest[-1:] in ("+", "-") and rest[-2:-1] in tuple(BLANKS):
                signs, rest = rest[-1], rest[:-1]
            rest = rest.rstrip(BLANKS)
            break
    if rest[:1] in ("+", "-"):
        signs, rest = signs + rest[0], rest[1:]
    if rest[-1:] in ("+", "-"):
        signs, rest = signs + rest[-1], rest[:-1]
    if len(signs) > 1:
        return None
    number = _number(rest)
    return -number if number is not None and signs == "-" else number


def _number(text: str) -> Decimal | None:
    if re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", text):
        return None
    for grouping in ("", *GROUPINGS):
        for point in (".", ",", ""):
            if point and point == grouping:
                continue
            whole, found, decimals = text.rpartition(point) if point else (text, "", "")
            if bool(point) != bool(found):
                continue
            if found and re.fullmatch("[0-9]{1,2}0*", decimals) is None:
                continue
            digits = _ungrouped(whole, grouping)
            if digits is not None:
                return Decimal(f"{digits}.{decimals or 0}")
    return None


def _ungrouped(text: str, grouping: str) -> str | None:
    if not grouping:
        return text if re.fullmatch("[0-9]{1,10}", text) else None
    first, *others = text.split(grouping)
    if not others or not re.fullmatch("[0-9]{1,3}", first):
        return None
    if not all(re.fullmatch("[0-9]{3}", part) for part in others):
        return None
    digits = first + "".join(others)
    return digits if len(digits) <= 10 else None


def _integer(text: str) -> int | None:
    return int(text) if INTEGER.fullmatch(text) else None


def _boolean(text: str) -> bool | None:
    word = text.lower()
    if word in TRUE | FALSE:
        return word in TRUE
    return None
