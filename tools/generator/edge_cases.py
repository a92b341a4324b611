"""The hand-written rows of `edge_cases.yml`, for the bundled demonstration data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from generator.columns import KEYS, SCHEMAS

Rows = dict[str, list[dict[str, str]]]
"""Rows by extract: the text of each column that is given."""


@dataclass(frozen=True)
class EdgeCase:
    """A rule in one line and the rows that exercise it."""

    rule: str
    rows: Rows


def edge_cases() -> list[EdgeCase]:
    """Return every case, in the order in which its rows stand at the end of the demonstration files."""
    # Text as it is written: a date or a truth value is none yet.
    written = yaml.load(Path(__file__).with_suffix(".yml").read_text("utf-8"), Loader=yaml.BaseLoader)
    return [
        EdgeCase(case.pop("rule"), {f"raw_{name}": _rows(name, rows, written) for name, rows in case.items()})
        for case in written["cases"]
    ]


def _rows(name: str, rows: list[dict[str, str]], written: dict[str, Any]) -> list[dict[str, str]]:
    key = next(iter(SCHEMAS[f"raw_{name}"]))
    return [
        {column: _labelled(column, row["case"]) for column in (key, "client_id")}
        | written["defaults"][name]
        | {column: value for column, value in row.items() if column != "case"}
        for row in rows
    ]


def _labelled(column: str, case: str) -> str:
    return f"{KEYS[column].partition('%')[0]}-{case}"


def edge_case_rows() -> Rows:
    """Return the rows of all cases."""
    cases = edge_cases()
    return {extract: [row for case in cases for row in case.rows.get(extract, [])] for extract in SCHEMAS}
