"""Reading a built warehouse: read-only, and only the aggregated marts, code lists and counts of quality."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import Field as DataclassField
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from twe.errors import ExportError, first_line
from twe.export.dutch import day_text
from twe.export.sheets import NOT_AVAILABLE, header_text
from twe.sql import statements
from twe.warehouse import status as warehouse_status
from twe.warehouse.files import connect, has_table, opening, sql_text
from twe.warehouse.layout import refusal
from twe.warehouse.origin import Publication

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    _Row = TypeVar("_Row", bound=DataclassInstance)

_KINDS = {
    "INTEGER": "integer",
    "BIGINT": "integer",
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
}


@dataclass(frozen=True)
class Protection:
    """How the figures of a public edition are protected, and its place in the register.

    `register`, `number` and `version` are None for a draft; `content` is the SHA-256 of the release.
    """

    method: str
    base: int
    threshold: int
    hides_amounts: bool
    register: str | None
    number: int | None
    content: str
    version: str | None = None
    """major.minor.patch: other definitions or borders, other years, other figures."""
    hides_municipalities: bool = False
    """Whether counts are left out, among them those of municipalities after a merger."""


@dataclass(frozen=True)
class BuildInfo:
    """What holds for the whole workbook: the day, the municipalities, the deliveries and the build."""

    as_of: date
    known_until: date
    """The as-of date, or the last recorded day where that comes first."""
    geography_date: date
    place: str
    """Under which municipality a figure stands, inside a Dutch sentence; `place_label` is its short name."""
    place_label: str
    place_rule: str
    """The rule behind it, in Dutch sentences."""
    measure_months: int
    """Months from the end of a trajectory to its measure date; `measure_period` is the same in words."""
    measure_period: str
    window_period: str
    """How long after the end transmissions and competences count, such as `12 maanden`."""
    are_claims_delivered: bool
    is_synthetic: bool
    quarantine_accepted_by: str | None
    """Who accepts that more rows are in the quarantine than the limit; None when there are not."""
    municipalities: int
    newer_municipalities: Sequence[str]
    built_at: datetime
    """End of the last dbt command that changed or tested the warehouse, UTC."""
    warned_tests: Sequence[str]
    """Names of the data tests that warned."""
    protection: Protection | None
    """None in the exact edition."""
    previous_as_of: date | None
    """Day of the earlier state that the marts are compared with; None without one."""
    available: frozenset[tuple[int, str, str, str, str]]
    """The figures of the edition: (annex, level of area, measure, dimension, category)."""

    @property
    def last_complete_year(self) -> int:
        """Return the last year of which all is known."""
        until = self.known_until
        return until.year if (until.month, until.day) == (12, 31) else until.year - 1

    def year_to_describe(self, years: Collection[int]) -> int:
        """Return the last complete one of `years`, or else the last with data so far, or else the first."""
        for last in (self.last_complete_year, self.known_until.year):
            if begun := [year for year in years if year <= last]:
                return max(begun)
        return min(years)

    @property
    def facts(self) -> dict[str, Any]:
        """Return what texts of sheets.yml say of the build."""
        return {
            "as_of": day_text(self.as_of),
            "previous_as_of": day_text(self.previous_as_of) if self.previous_as_of else "",
            "known_until": day_text(self.known_until),
            "geography_date": day_text(self.geography_date),
            "place": self.place,
            "place_as_start": f"{self.place[0].upper()}{self.place[1:]}",
            "measure_period": self.measure_period,
        }

    def filled(self, text: str) -> str:
        """Return a text of a seed with the months that the build used."""
        return text.replace("{measure_period}", self.measure_period).replace(
            "{window_period}", self.window_period
        )


@dataclass(frozen=True)
class Field:
    """A column of a mart, as the database describes it; `type` is DuckDB's name."""

    name: str
    type: str
    description: str
    is_required: bool

    def kind(self, decimal: str) -> str:
        """Return the type as standards of tables name it; they differ in the word for a decimal number."""
        return decimal if self.type.startswith("DECIMAL") else _KINDS[self.type]


@dataclass(frozen=True)
class Annex:
    """The texts and reporting years of one annex, from dim_annexes."""

    number: int
    first_year: int
    last_year: int
    title: str
    question: str
    answer: str
    limits: str
    year: str
    """What the year of a row is."""
    source: str
    notes: list[str]
    """Names of the notes that its readers need."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the sources one by one, each as a title."""
        return tuple(f"{part[0].upper()}{part[1:]}" for part in self.source.split(", en "))


def of_annexes(annexes: Iterable[Annex]) -> str:
    """Return the SQL condition that a row is of one of these annexes."""
    return f"annex in ({', '.join(str(annex.number) for annex in annexes)})"


@dataclass(frozen=True)
class Figure:
    """A figure that has a column, from dim_figures: its name in mart figures and its Dutch texts."""

    annex: int
    name: tuple[str, str, str]
    """Measure, dimension and category."""
    sheet: str
    mart: str | None
    header: str
    """Heading of its column, empty for none."""
    meaning: str
    label: str
    kind: str
    unit: str
    missing: str | None
    units_per_person: int

    @property
    def is_undelivered(self) -> bool:
        """Return whether a missing figure was never delivered, rather than left out."""
        return self.missing == NOT_AVAILABLE


class Layout(StrEnum):
    """What a row of a sheet of figures is; see seed `sheets`."""

    PLACES = "places"
    OCCURRING = "occurring"
    CORRECTIONS = "corrections"
    EXPECTED = "expected"


@dataclass(frozen=True)
class SheetOutline:
    """A row of seed `sheets`, empty texts for NULL."""

    annex: int
    name: str
    layout: Layout
    mart: str
    title: str
    text: str
    labels_of: str
    dimension_header: str
    dimension_meaning: str
    category_header: str
    category_meaning: str


@dataclass(frozen=True)
class ChartPart:
    """A row of seed `charts`; without a category it is about all of them."""

    annex: int
    chart: int
    shape: str
    title: str
    measure: str
    dimension: str
    category: str | None
    label: str | None
    value_title: str
    number_format: str
    is_ordered: bool

    def covers(self, figure: Figure) -> bool:
        """Return whether a figure is a series of the chart."""
        measure, dimension, category = figure.name
        return (self.measure, self.dimension) == (measure, dimension) and self.category in (None, category)


@dataclass(frozen=True)
class Sentence:
    """A row of seed `sentences`; without an annex it is about what no annex has."""

    answer: int
    annex: int | None
    question: str
    text: str
    caveat: str


@dataclass(frozen=True)
class SentenceFigure:
    """A row of seed `sentence_figures`: `place` is the name in the sentence of the figure `name`.

    With a `heading` the figure has a column per year under it, on the first sheet of the annex.
    """

    answer: int
    annex: int
    place: str
    name: tuple[str, str, str]
    share_of: str | None
    heading: str | None


@dataclass(frozen=True)
class Outline:
    """How the annexes are shown: their figures in order, sheets, charts, and the figures of sentences."""

    figures: tuple[Figure, ...]
    sheets: tuple[SheetOutline, ...]
    chart_parts: tuple[ChartPart, ...]
    sentence_figures: tuple[SentenceFigure, ...]

    def sheets_of(self, annex: int) -> list[SheetOutline]:
        """Return the sheets of an annex: one with a row per municipality when the seed names none."""
        found = [sheet for sheet in self.sheets if sheet.annex == annex]
        marts = [figure.mart for figure in self.figures if figure.annex == annex and figure.mart]
        return found or [SheetOutline(annex, "", Layout.PLACES, "".join(marts[:1]), *[""] * 7)]

    def charts_of(self, annex: int) -> list[list[ChartPart]]:
        """Return the parts of every chart of an annex."""
        parts = [part for part in self.chart_parts if part.annex == annex]
        return [list(chart) for _, chart in groupby(parts, key=lambda part: part.chart)]


class Warehouse:
    """An open warehouse; every failure to read it is an ExportError."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, *, is_release: bool) -> None:
        """Wrap an open connection to the file at `path`, a release instead of a whole warehouse or not."""
        self.path = path
        self.connection = connection
        self._is_release = is_release

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        try:
            return self.connection.execute(query).fetchall()
        except duckdb.Error as problem:
            raise self._unreadable(problem) from problem

    def check(self) -> None:
        """Refuse a file that isn't a release, or a warehouse that may not be used."""
        if self._is_release:
            if not self._has("publication.release"):
                raise ExportError(f"{self.path} is not a release file; run twe protect first.")
            if reason := refusal(self.connection):
                raise ExportError(f"The release {self.path} can't be read: {reason}.")
            return
        try:
            reason = warehouse_status.check(self.connection)
        except duckdb.Error as problem:
            raise self._unreadable(problem) from problem
        if reason:
            raise ExportError(f"The warehouse {self.path} can't be exported: {reason}.")

    def _has(self, table: str) -> bool:
        try:
            return has_table(self.connection, table)
        except duckdb.Error as problem:
            raise self._unreadable(problem) from problem

    def build_info(self) -> BuildInfo:
        """Return what holds for the whole workbook; refuse a warehouse that knows no as-of date."""
        ((found,),) = self.rows(statements("export/parameters"))
        if found["as_of"] is None:
            raise ExportError(f"The warehouse {self.path} has no as-of date: it holds no valid record.")
        if warehouse_status.LIMIT not in found["warned_tests"]:
            found["quarantine_accepted_by"] = None
        # What changed between two states would show exact figures: a release doesn't know the earlier one.
        previous = [] if self._is_release else self.rows("select as_of from marts.dim_previous_state")
        protection = self.rows(statements("export/protection")) if self._is_release else []
        available = self.rows(
            "select distinct annex, area_level, measure, dimension, category from marts.figures"
        )
        return BuildInfo(
            **found,
            protection=Protection(*protection[0]) if protection else None,
            previous_as_of=previous[0][0] if previous else None,
            available=frozenset(available),
        )

    def publication(self) -> Publication | None:
        """Return the origin of a published version; None for any other build."""
        if not self._has("quality.publication"):
            return None
        ran = "(select max_by(invocation_id, finished_at) from quality.node_results)"
        found = self._read(Publication, f"(from quality.publication where invocation_id = {ran})", "version")
        return found[0] if found else None

    def annexes(self) -> tuple[Annex, ...]:
        """Return the annexes by number."""
        listed = (
            "select * replace (string_split(notes, ' ') as notes), annex as number from marts.dim_annexes"
        )
        return self._read(Annex, f"({listed})", "annex")

    def outline(self) -> Outline:
        """Return how the annexes are shown."""
        name = "row(measure, dimension, category) as name"
        figures = self._read(Figure, f"(select *, {name} from marts.dim_figures)", "sort_order")
        sheets = self._read(SheetOutline, "(select *, sheet as name from reference.sheets)", "sort_order")
        charts = "(select *, value_nl as value_title from reference.charts)"
        of_sentences = f"(select * replace ({name}), name as place from reference.sentence_figures)"
        return Outline(
            figures=tuple(replace(figure, header=header_text(figure.header)) for figure in figures),
            sheets=tuple(replace(sheet, layout=Layout(sheet.layout)) for sheet in sheets),
            chart_parts=self._read(ChartPart, charts, "annex, chart, series"),
            sentence_figures=self._read(SentenceFigure, of_sentences, "sort_order"),
        )

    def sentences(self) -> tuple[Sentence, ...]:
        """Return the sentences that answer the questions, in order."""
        return self._read(Sentence, "(select *, sentence_nl as text from reference.sentences)", "answer")

    def _read(self, kind: "type[_Row]", relation: str, order: str) -> "tuple[_Row, ...]":
        """Return the rows of a relation in an order.

        A field is the column of its name, or else with _nl; a text that can't be None is empty for NULL.
        """
        rows = self.rows(f"select found from {relation} as found order by {order}")

        def value(row: dict[str, Any], field: DataclassField[Any]) -> Any:
            found = row[field.name if field.name in row else f"{field.name}_nl"]
            return "" if found is None and field.type is str else found

        return tuple(kind(**{field.name: value(row, field) for field in fields(kind)}) for (row,) in rows)

    def comment(self, mart: str) -> str:
        """Return the description of a mart without its example query; empty when it has none."""
        found = self.rows(
            f"select comment from duckdb_tables() where {_is_mart(mart)} and comment is not null"
        )
        return found[0][0].partition("```")[0].strip() if found else ""

    def fields(self, mart: str) -> tuple[Field, ...]:
        """Return the columns of a mart in their order."""
        found = self.rows(
            "select column_name, data_type, coalesce(comment, ''), not is_nullable from duckdb_columns()"
            f" where {_is_mart(mart)} order by column_index"
        )
        return tuple(Field(*row) for row in found)

    def primary_key(self, mart: str) -> tuple[str, ...]:
        """Return the columns of the primary key; ExportError when a mart has none."""
        found = self.rows(
            "select constraint_column_names from duckdb_constraints()"
            f" where {_is_mart(mart)} and constraint_type = 'PRIMARY KEY'"
        )
        if not found:
            raise ExportError(f"Table marts.{mart} has no primary key, so its order isn't known.")
        return tuple(found[0][0])

    def copy_to_csv(self, query: str, path: Path) -> None:
        """Stream the rows of a query to a UTF-8 CSV file; NULL is an empty field.

        Raises OSError when the disk fails.
        """
        self._copy(query, path, "format csv, header true")

    def copy_to_parquet(self, query: str, path: Path, about: Mapping[str, str]) -> None:
        """Stream the rows of a query to a Parquet file with metadata; OSError when the disk fails."""
        metadata = ", ".join(f"{name}: {sql_text(text)}" for name, text in about.items())
        self._copy(query, path, f"format parquet, compression zstd, kv_metadata {{{metadata}}}")

    def _copy(self, query: str, path: Path, form: str) -> None:
        try:
            self.connection.execute(f"copy ({query}) to {sql_text(str(path))} ({form})")
        except duckdb.IOException as problem:
            raise OSError(None, first_line(problem), str(path)) from problem
        except duckdb.Error as problem:
            raise self._unreadable(problem) from problem

    def _unreadable(self, problem: duckdb.Error) -> ExportError:
        return ExportError(f"The warehouse {self.path} can't be read: {first_line(problem)}.")


@contextmanager
def open_warehouse(path: Path, *, is_release: bool = False) -> Iterator[Warehouse]:
    """Open a warehouse that may be used, or a release of one, read-only; ExportError otherwise."""
    with opening(
        path, "warehouse", ExportError, missing="run twe publish or dbt build first", remedy="try again later"
    ):
        connection = connect(path)
    with connection:
        warehouse = Warehouse(connection, path, is_release=is_release)
        warehouse.check()
        yield warehouse


def _is_mart(name: str) -> str:
    # Earlier answers may be attached, which have the same marts.
    return f"database_name = current_database() and schema_name = 'marts' and table_name = {sql_text(name)}"
