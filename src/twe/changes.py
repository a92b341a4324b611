"""What changed between two published releases or two warehouses, from nothing but their figures."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import duckdb

from twe.errors import ExportError, first_line
from twe.warehouse.files import has_table, opening, sql_text

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
_KEY = "annex, measure, dimension, category, area_level, area_code, year"
_CHANGED = """
    with
    both_years as (
        select distinct annex, year from {new}marts.figures
        intersect
        select distinct annex, year from {old}_0.marts.figures
    ),
    names as (
        select
            annex, measure, dimension, category, coalesce(header_nl, label_nl) as figure, label_nl,
            measure_label_nl, unit_nl, sort_order
        from {new}marts.dim_figures
    ),
    compared as (
        select
            {key},
            coalesce(after.area, before.area) as area,
            before.value as old_value,
            after.value as new_value,
            {since} as since
        from {new}marts.figures as after
        full join {old}_0.marts.figures as before using ({key})
        {between}
        where before.value is distinct from after.value
    )
    -- An exact number of months has no name: it is that of its ending or measure, and the unit of a mean.
    select
        annex,
        case
            when names.figure is not null then names.figure
            when category ~ '\\d+'
                then concat_ws(
                    ': ',
                    coalesce(endings.label_nl, whole.measure_label_nl),
                    concat_ws(' ', category, means.unit_nl)
                )
            else concat_ws(' ', measure, dimension, category)
        end as figure,
        measure, dimension, category, area_level, area_code, area, year,
        coalesce(names.unit_nl, whole.unit_nl, '') as unit, old_value, new_value, since
    from compared
    inner join both_years using (annex, year)
    left join names using (annex, measure, dimension, category)
    left join names as whole
        on compared.annex = whole.annex and compared.measure = whole.measure and whole.dimension = 'total'
    left join names as endings
        on
            compared.annex = endings.annex
            and compared.measure = endings.measure
            and endings.dimension = 'ending'
            and compared.dimension = endings.category
    left join names as means
        on compared.annex = means.annex and means.measure = 'mean_months' and means.dimension = 'total'
    order by
        annex, case area_level when 'region' then 1 when 'province' then 2 else 3 end, area, area_code, year,
        names.sort_order, measure, dimension, category
"""


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


def changed_query(old: str, days: Sequence[date], new: str = "") -> str:
    """Return the query for the changed figures of `new`, else the open file.

    `days` are the as-of days of the earlier files, attached as `old`_0, `old`_1 and so on, and of the new
    one.
    """
    between = range(1, len(days) - 1)
    # The new value came after the last file with another one.
    came = [
        f"case when between_{n}.value is distinct from after.value then date '{days[n + 1]}' end"
        for n in reversed(between)
    ]
    came.append(f"date '{days[1]}'")
    return _CHANGED.format(
        key=_KEY,
        new=new,
        old=old,
        since=f"coalesce({', '.join(came)})",
        between=" ".join(f"left join {old}_{n}.marts.figures as between_{n} using ({_KEY})" for n in between),
    )


def read_changes(earlier: Sequence[Path], new: Path, *, is_sent: bool = False) -> Changes:
    """Return what changed from the first of the releases or warehouses `earlier`, oldest first, to `new`.

    ExportError when one can't be read, when some are releases and some aren't, because a list of differences
    would show exact figures then, and, when the list is to be sent, for a draft among `earlier`.
    """
    with _open(earlier, new) as connection:
        for number, old in enumerate(earlier):
            if _is_release(connection, f"old_{number}") != _is_release(connection, "new"):
                raise ExportError(
                    f"{old} and {new} are a release and a warehouse: compare two releases, or two warehouses."
                )
            if is_sent and _is_draft(connection, f"old_{number}"):
                raise ExportError(f"{old} is a draft that was never released: name what readers have.")
        try:
            return _changes(connection, len(earlier))
        except duckdb.Error as problem:
            raise ExportError(
                f"{earlier[0]} and {new} can't be compared: {first_line(problem)}."
            ) from problem


@contextmanager
def _open(earlier: Sequence[Path], new: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    named = [*((f"old_{number}", path) for number, path in enumerate(earlier)), ("new", new)]
    with duckdb.connect() as connection:
        for name, path in named:
            with opening(path, "release or warehouse", ExportError):
                connection.execute(f"attach {sql_text(path)} as {name} (read_only)")
            if not has_table(connection, "marts.figures", name, "value"):
                raise ExportError(f"{path} is not a release or warehouse: it has no marts.figures.")
        yield connection


def _is_release(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return has_table(connection, "publication.release", name)


def _is_draft(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Return whether a release is in no register."""
    return connection.execute(f"select release from {name}.publication.release").fetchone() == (None,)


def _changes(connection: duckdb.DuckDBPyConnection, earlier: int) -> Changes:
    columns = ", ".join(("as_of", *_PARAMETERS))
    files = [*(f"old_{number}" for number in range(earlier)), "new"]
    states = [
        connection.execute(f"select {columns} from {name}.marts.dim_parameters").fetchall()[0]
        for name in files
    ]
    days = tuple(state[0] for state in states)
    if earlier > 1 and list(days) != sorted(days):
        raise ExportError(
            "Name the earlier releases or warehouses oldest first, and none later than the new one."
        )
    before, after = states[0], states[-1]
    names: tuple[str, ...] = _PARAMETERS
    if _is_release(connection, "new"):
        names += ("method", "base", "threshold", "after_merger")
        (protected_before,), (protected_after,) = (
            connection.execute(_PROTECTION.format(file=f"{name}.")).fetchall() for name in ("old_0", "new")
        )
        before, after = before + protected_before, after + protected_after
    rows = connection.execute(changed_query("old", days, "new.")).fetchall()
    definitions = [
        f"{name.removesuffix('_label_nl')} was {earlier or 'not given'}, is {later or 'not given'}"
        for name, earlier, later in zip(names, before[1:], after[1:], strict=True)
        if earlier != later
    ]
    periods = []
    for one, other, what in (("new", "old_0", "new"), ("old_0", "new", "gone")):
        found = connection.execute(
            f"select annex, count(*) from ({_DEFINITIONS.format(file=f'{one}.')}"
            f" except {_DEFINITIONS.format(file=f'{other}.')}) group by annex order by annex"
        ).fetchall()
        definitions += [f"{count} {what} figures in annex {annex}" for annex, count in found]
        years = connection.execute(
            f"select annex, string_agg(year, ', ' order by year) from (select distinct annex, year"
            f" from {one}.marts.figures except select distinct annex, year from {other}.marts.figures)"
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
