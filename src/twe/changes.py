"""What changed between two published releases or two warehouses, from nothing but their figures."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import duckdb

from twe.errors import ExportError, first_line
from twe.sql import statements
from twe.warehouse.files import connect, has_table, opening, sql_text

Value = Decimal | None


class Step(StrEnum):
    """Which part of a version number a release raises."""

    MAJOR = "major"
    """Another definition, geography or protection: figures can't be compared one by one."""
    MINOR = "minor"
    """A period that wasn't there, or one that is gone."""
    PATCH = "patch"
    """Other figures of the same periods."""
    NONE = "none"


@dataclass(frozen=True)
class Change:
    """A figure that differs, by its label and its name; None = not in that release, or left out there.

    `since` is the as-of day of the first release that has the new value, of those that were compared.
    """

    annex: int
    figure: str
    measure: str
    dimension: str
    category: str
    area_level: str
    area_code: str
    area: str
    year: int
    unit: str
    old: Value
    new: Value
    since: date


@dataclass(frozen=True)
class Shape:
    """What decides on the step from one release to the next, short enough to keep of every release."""

    definitions: str
    """SHA-256 of parameters, protection and figures."""
    years: str
    """Every annex with its years, such as `1: 2022, 2023; 2: 2022`."""


@dataclass(frozen=True)
class Changes:
    """The changed figures of the years that both have, and what else differs."""

    step: Step
    reasons: tuple[str, ...]
    """Why it is that step: English words, such as `new years of annex 1: 2024`."""
    days: tuple[date, ...]
    """As-of days of what was compared, oldest first."""
    rows: tuple[Change, ...]

    @property
    def old_day(self) -> date:
        """Return the as-of day of the oldest."""
        return self.days[0]

    @property
    def new_day(self) -> date:
        """Return the as-of day of the new one."""
        return self.days[-1]


_PARAMETERS = ("geography_date", "measure_months", "window_months", "municipality_of_label_nl")
_PROTECTION = """
    select method, base, threshold, (
        select value
        from {file}publication.choices
        where name = 'after_merger'
    ) as after_merger
    from {file}publication.release
"""
# What the figures of one release are, without those that only happen to occur in it.
_DEFINITIONS = "select annex, measure, dimension, category, unit_nl from {file}marts.dim_figures"
_FIGURE = "annex, measure, dimension, category, area_level, area_code, area, year, value"


def read_shape(path: Path) -> Shape:
    """Return the shape of a release file; ExportError when it can't be read."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            defined = [
                connection.execute(query).fetchall()
                for query in (
                    f"select {', '.join(_PARAMETERS)} from marts.dim_parameters",
                    _PROTECTION.format(file=""),
                    f"{_DEFINITIONS.format(file='')} order by all",
                )
            ]
            years = connection.execute(
                "select annex, string_agg(distinct year, ', ' order by year) from marts.figures"
                " group by annex order by annex"
            ).fetchall()
    except duckdb.Error as problem:
        raise ExportError(f"{path} is not a release: {first_line(problem)}.") from problem
    digest = hashlib.sha256(json.dumps(defined, default=str).encode()).hexdigest()
    return Shape(digest, "; ".join(f"{annex}: {text}" for annex, text in years))


FIRST_VERSION = "1.0.0"


def next_version(version: str, before: Shape, now: Shape) -> str:
    """Return the version of the release that follows on `version`."""
    major, minor, patch = (int(part) for part in version.split("."))
    if before.definitions != now.definitions:
        return f"{major + 1}.0.0"
    if before.years != now.years:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def read_changes(earlier: Sequence[Path], new: Path, *, is_sent: bool = False) -> Changes:
    """Return what changed from the first of the releases or warehouses `earlier`, oldest first, to `new`.

    ExportError as in `changes_since`, and when `new` can't be read.
    """
    with opening(new, "release or warehouse", ExportError):
        connection = connect(new)
    with connection:
        _check_figures(connection, None, new)
        return changes_since(connection, earlier, new, is_sent=is_sent)


def changes_since(
    connection: duckdb.DuckDBPyConnection, earlier: Sequence[Path], new: Path, *, is_sent: bool = False
) -> Changes:
    """Return what changed from the first of `earlier` to `new`, the file in use; table `changed` has it then.

    ExportError when one can't be read, when some are releases and some aren't, because a list of differences
    would show exact figures then, and, when the list is to be sent, for a draft among `earlier`.
    """
    for number, old in enumerate(earlier):
        name = f"earlier_{number}"
        with opening(old, "release or warehouse", ExportError):
            connection.execute(f"attach {sql_text(old)} as {name} (read_only)")
        _check_figures(connection, name, old)
        if _is_release(connection, name) != _is_release(connection):
            raise ExportError(
                f"Of {old} and {new} one is a release, the other a warehouse: compare two of a kind."
            )
        if is_sent and connection.execute(f"select release from {name}.publication.release").fetchone() == (
            None,
        ):
            raise ExportError(f"{old} is a draft that was never released: name what readers have.")
    try:
        return _changes(connection, [f"earlier_{number}." for number in range(len(earlier))])
    except duckdb.Error as problem:
        raise ExportError(f"{earlier[0]} and {new} can't be compared: {first_line(problem)}.") from problem


def _check_figures(connection: duckdb.DuckDBPyConnection, name: str | None, path: Path) -> None:
    if not has_table(connection, "marts.figures", name, "value"):
        raise ExportError(f"{path} is not a release or warehouse: it has no marts.figures.")


def _is_release(connection: duckdb.DuckDBPyConnection, name: str | None = None) -> bool:
    return has_table(connection, "publication.release", name)


def _changes(connection: duckdb.DuckDBPyConnection, earlier: Sequence[str]) -> Changes:
    """Return what changed since earlier files, by what stands before the names of their tables."""
    columns = ", ".join(("as_of", *_PARAMETERS))
    states = [
        connection.execute(f"select {columns} from {file}marts.dim_parameters").fetchall()[0]
        for file in (*earlier, "")
    ]
    days = tuple(state[0] for state in states)
    if len(earlier) > 1 and list(days) != sorted(days):
        raise ExportError(
            "Name the earlier releases or warehouses oldest first, and none later than the new one."
        )
    figures = (
        f"select {number} as state, {_FIGURE} from {file}marts.figures" for number, file in enumerate(earlier)
    )
    dated = (f"({number}, date '{day}')" for number, day in enumerate(days))
    connection.execute(f"create temp view earlier_figures as {' union all '.join(figures)}")
    connection.execute(
        f"create temp view states as from (values {', '.join(dated)}) as states (state, as_of)"
    )
    connection.execute(f"create temp table changed as {statements('changes')}")
    rows = connection.execute("from changed").fetchall()
    first, before, after = earlier[0], states[0], states[-1]
    names: tuple[str, ...] = _PARAMETERS
    if _is_release(connection):
        names += ("method", "base", "threshold", "after_merger")
        before += connection.execute(_PROTECTION.format(file=first)).fetchall()[0]
        after += connection.execute(_PROTECTION.format(file="")).fetchall()[0]
    definitions = [
        f"{name.removesuffix('_label_nl')} was {old or 'not given'}, is {new or 'not given'}"
        for name, old, new in zip(names, before[1:], after[1:], strict=True)
        if old != new
    ]
    periods = []
    for one, other, what in (("", first, "new"), (first, "", "gone")):
        found = connection.execute(
            f"select annex, count(*) from ({_DEFINITIONS.format(file=one)}"
            f" except {_DEFINITIONS.format(file=other)}) group by annex order by annex"
        ).fetchall()
        definitions += [f"{count} {what} figures in annex {annex}" for annex, count in found]
        years = connection.execute(
            f"select annex, string_agg(year, ', ' order by year) from (select distinct annex, year"
            f" from {one}marts.figures except select distinct annex, year from {other}marts.figures)"
            " group by annex order by annex"
        ).fetchall()
        periods += [f"{what} years of annex {annex}: {text}" for annex, text in years]
    step, reasons = Step.NONE, ["no figure differs"]
    if definitions:
        step, reasons = Step.MAJOR, definitions + periods
    elif periods:
        step, reasons = Step.MINOR, periods
    elif rows:
        step, reasons = Step.PATCH, [f"{len(rows)} figures differ"]
    return Changes(step, tuple(reasons), days, tuple(Change(*row) for row in rows))


HEADERS = (
    *[field.name for field in fields(Change)][:-3],
    *("old_value", "new_value", "since", "old_as_of", "new_as_of"),
)


def write_csv(changes: Changes, path: Path) -> None:
    """Write a row per changed figure; empty = left out, or not in that release. OSError as open()."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADERS)
        for row in changes.rows:
            *names, old, new, since = astuple(row)
            writer.writerow((*names, plain(old), plain(new), since, changes.old_day, changes.new_day))


def plain(value: Value) -> str:
    """Return a figure without the zeros behind its last decimal; empty for none."""
    return "" if value is None else f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def summary(changes: Changes) -> str:
    """Return in English what changed: the step, why, and how many figures per annex."""
    lines = [f"From {changes.old_day} to {changes.new_day}: {changes.step} ({'; '.join(changes.reasons)})."]
    for annex, count in Counter(row.annex for row in changes.rows).items():
        lines.append(f"Annex {annex}: {count} figures differ in years that both have.")
    return "\n".join(lines)
