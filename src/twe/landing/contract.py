"""The columns of the raw extracts, read from their one list: variable `raw_columns` of the dbt project."""

from dataclasses import dataclass
from functools import cache
from typing import TypedDict

from twe.project import variables

OPTIONAL_EXTRACTS = frozenset({"raw_subsidy_claims"})
"""The extracts that may have no file."""


@dataclass(frozen=True)
class Column:
    """A column of a raw extract.

    `reads_as` is text, nis, date, month, timestamp, amount, integer or boolean. A file may lack a column that
    is not required.
    """

    name: str
    reads_as: str
    is_required: bool


class Layout(TypedDict, total=False):
    """What inspecting a file finds, by the names of the fields of File."""

    names: tuple[str, ...]
    encoding: str
    delimiter: str
    header_record: int
    fields: int
    identifiers: tuple[str, ...]
    types: tuple[str, ...]


@cache
def extracts() -> dict[str, tuple[Column, ...]]:
    """Return the columns of every extract, both in the order of the contract."""
    listed = variables()["raw_columns"]
    return {
        extract: tuple(
            Column(column["name"], column["reads_as"], column["presence"] == "required")
            for column in listed[extract]
        )
        for extract in variables()["raw_extracts"]
    }
