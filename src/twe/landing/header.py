"""The header of a delivered file: which columns of the contract it has, under the names of its supplier."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from twe.landing.contract import Column
from twe.landing.faults import FileFault, counted_columns, printable

BLANKS = " \t\u00a0\ufeff"
MAX_COLUMNS = 16_384


@dataclass(frozen=True)
class Header:
    """What the header of a file must hold; `renamed` maps a supplier's names to those of the contract."""

    columns: tuple[Column, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)

    def names(self, delivered: Iterable[str]) -> tuple[str, ...]:
        """Return the names of the columns, those of the contract as it writes them."""
        found = (normalised(name) for name in delivered)
        return tuple(self.renamed.get(name, name) for name in found)

    def absent(self, names: tuple[str, ...], *, is_required: bool = True) -> list[str]:
        """Return the required columns, or the others, that are not there."""
        wanted = (column.name for column in self.columns if column.is_required is is_required)
        return [name for name in wanted if name not in names]

    def check(self, names: tuple[str, ...]) -> None:
        """Raise FileFault when a column of the contract occurs twice or stands too far to the right."""
        for column in self.columns:
            if names.count(column.name) > 1:
                raise FileFault(f"has the column {column.name} more than once")
            if column.name in names and names.index(column.name) >= MAX_COLUMNS:
                raise FileFault(f"has the column {column.name} after the first {MAX_COLUMNS} columns")

    def fault(self, names: tuple[str, ...]) -> FileFault:
        """Return what is wrong with a header that lacks a required column, with the nearest names."""
        absent = self.absent(names)
        known = {column.name for column in self.columns}
        others = [name for name in names if name and name not in known]
        near = {name: difflib.get_close_matches(name, others, 1, 0.6) for name in absent}
        hints = [f"{printable(found[0])} for {name}" for name, found in near.items() if found]
        hint = f" (it has {', '.join(hints)}; a file columns.csv can rename them)" if hints else ""
        return FileFault(f"lacks the {counted_columns(absent)}{hint}")


def normalised(name: str) -> str:
    """Return a name as names are compared: in lower case, blanks and hyphens as underscores."""
    return re.sub(r"[ \t\u00a0-]", "_", name.strip(BLANKS)).lower()
