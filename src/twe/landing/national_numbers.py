"""National numbers where a delivery should hold pseudonyms."""

import re
from collections.abc import Iterable

from twe.landing.faults import FileFault

LEAST_VALUES = 20
ELEVEN_DIGITS = "[ ./\u00a0-]*([0-9][ ./\u00a0-]*){11}"
"""What may be one, as a pattern for DuckDB: so few values of a usual delivery come to Python."""

_SEPARATORS = re.compile(r"[ .\-/\u00a0]")
_DIGITS = re.compile(r"[0-9]{11}")


def refuse_national_numbers(column: str, distinct: int, numbers: Iterable[str]) -> None:
    """Raise FileFault when more than half of the distinct values are national numbers; no value is shown.

    `numbers` are those of the distinct values that have eleven digits.
    """
    if distinct >= LEAST_VALUES and 2 * sum(map(is_national_number, numbers)) > distinct:
        raise FileFault(
            f"holds national numbers in the column {column}: replace them by pseudonyms before delivering it"
        )


def is_national_number(text: str) -> bool:
    """Return whether a text is eleven digits, with or without separators, with valid check digits."""
    digits = _SEPARATORS.sub("", text)
    if not _DIGITS.fullmatch(digits):
        return False
    number, check = int(digits[:9]), int(digits[9:])
    # Of people born from 2000 on a 2 stands before the number.
    return check in (97 - number % 97, 97 - (2_000_000_000 + number) % 97)
