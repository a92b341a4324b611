"""What the page holds, read through the sheets of the workbook so that both say the same.

Figures are kept per annex as one list per column, over all areas and, within an area, all years: compact, and
found by `area * years + year`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twe.errors import ExportError
from twe.export.annexes import annex_sheets
from twe.export.dutch import number_text
from twe.export.progress import Progress
from twe.export.sheets import (
    ESTIMATE,
    PER_AREA,
    PER_MUNICIPALITY,
    Chart,
    Column,
    Kind,
    Shape,
    Sheet,
    header_text,
)
from twe.export.warehouse import Annex, BuildInfo, Outline, Warehouse
from twe.report.specs import chart_specs
from twe.report.texts import TextTable, text_table
from twe.sql import query, statements
from twe.warehouse.files import json_number, sql_text

Figure = int | float | None

FLANDERS_NIS = "02000"
_FIGURES = {Kind.COUNT, Kind.EURO, Kind.MEAN}
# Spreadsheets run a text that begins so, also one out of a downloaded or copied table.
_FORMULA_STARTS = tuple("=+-@\t\r")


@dataclass(frozen=True)
class Area:
    """Flanders, a province or a municipality; `code` is its NIS code, `province` the name of its province.

    A group is what some municipalities of a province show together; it has the code of the province.

    `longitude` and `latitude` (degrees) are the middle of a municipality, None where nobody knows it.
    """

    level: str
    code: str
    name: str
    province: str | None
    longitude: float | None
    latitude: float | None
    is_unknown: bool
    """Whether it stands for residences that are unknown or outside Flanders."""
    inhabitants: Sequence[int | None]
    """Per reporting year of any annex, in order; `size_class` is that of the last one."""
    size_class: str | None

    @property
    def title(self) -> str:
        """Return its name, a province with that word before it."""
        return f"Provincie {self.name}" if self.level == "province" and not self.is_unknown else self.name


def read_areas(warehouse: Warehouse, shared: str | None) -> list[Area]:
    """Return Flanders, the provinces and municipalities, and a group `shared` per province unless it is None.

    ExportError for a name that spreadsheets run.
    """
    named = f"select {sql_text(shared or '')} as name where {shared is not None}"
    areas = [Area(*row) for row in warehouse.rows(query("report/areas", shared=named))]
    for area in areas:
        if area.level == "municipality" and area.name.startswith(_FORMULA_STARTS):
            raise ExportError(
                f"The name of municipality {area.code} begins like a formula (= + - @ tab return); "
                "correct the list of municipalities, then build and export again."
            )
    return areas


def read_size_classes(warehouse: Warehouse) -> list[str]:
    """Return the labels of the size classes that occur, in order."""
    rows = warehouse.rows(
        "select size_class_nl from marts.inhabitants where size_class_nl is not null"
        " group by size_class_nl order by min(size_class_order)"
    )
    return [label for (label,) in rows]


def read_counted(warehouse: Warehouse) -> list[int]:
    """Return for every reporting year, in order, the year on whose first day its inhabitants were counted."""
    rows = warehouse.rows("select any_value(counted_in) from marts.inhabitants group by year order by year")
    return [year for (year,) in rows]


@dataclass(frozen=True)
class Name:
    """What a figure is called in the address, and the heading of what it is a part of, None for nothing.

    `units` is how many of its units one person may count for.
    """

    code: str
    whole: str | None
    units: int


def _names(warehouse: Warehouse, annex: int) -> dict[str, Name]:
    """Return the names of the figures of an annex by their heading.

    A figure is a part of the undivided one that is published under the same name.
    """
    names = statements("report/figure_names")
    rows = warehouse.rows(f"select * exclude (annex) from ({names}) where annex = {annex}")
    return {
        header_text(header): Name(code, whole and header_text(whole), units)
        for header, code, whole, units in rows
    }


@dataclass(frozen=True)
class Place:
    """A place of a sentence: the heading of its column, and the place that it is a part of."""

    header: str
    share_of: str | None


def _sentence(
    warehouse: Warehouse, build: BuildInfo, outline: Outline, annex: int
) -> tuple[str, dict[str, Place], str]:
    """Return the sentence of an annex, its places and what must not be concluded from it.

    Without a row of the seed it is about the first figure.

    ExportError when the annex has no figure.
    """
    figures = {figure.name: figure for figure in outline.figures if figure.annex == annex and figure.header}
    if not figures:
        raise ExportError(f"Annex {annex} has no figure with a heading; add one to seed measures.")
    sentence = next((found for found in warehouse.sentences() if found.annex == annex), None)
    if sentence is None:
        first = next(iter(figures.values()))
        place = Place(first.header, None)
        return f"In {{year}}: {{figure}} {first.unit}.", {"figure": place}, ""
    places = {
        item.place: Place(figures[item.name].header, item.share_of)
        for item in outline.sentence_figures
        if item.answer == sentence.answer
    }
    return build.filled(sentence.text), places, build.filled(sentence.caveat)


@dataclass(frozen=True)
class AnnexContent:
    """One annex: its texts, its tables and charts, and the figures behind them."""

    annex: Annex
    sentence: str
    places: Mapping[str, Place]
    caveat: str
    years: tuple[int, ...]
    columns: tuple[Column, ...]
    values: tuple[tuple[Figure, ...], ...]
    tables: tuple[Sheet, ...]
    charts: tuple[Chart, ...]
    names: Mapping[str, Name]
    shared: Mapping[str, Mapping[int, Mapping[int, str]]]
    """The names of the rows that municipalities share, by table, position of the area and year."""
    estimates: tuple[TextTable, ...]
    markers: frozenset[str]
    """The markers that stand in a table, instead of a figure."""

    @property
    def origin(self) -> str:
        """Return the line with source and day, the same for all tables of an annex."""
        return self.tables[0].origin

    @property
    def headline(self) -> str:
        """Return the heading of the figure that stands for the annex: the first of its sentence."""
        return next(iter(self.places.values())).header

    @property
    def reading(self) -> tuple[str, ...]:
        """Return what stands above the tables of the workbook on markers and notes, each line once."""
        lines = (
            note.text
            for table in self.tables
            for note in table.notes
            if note.link is None and note.text != table.origin
            if note.marker is None or note.marker in self.markers
        )
        told: list[str] = []
        for line in lines:
            if line != self.annex.answer and not any(line in other for other in told):
                told.append(line)
        return tuple(told)

    @property
    def municipal_columns(self) -> tuple[int, ...]:
        """Return the positions of the columns that municipalities have."""
        return self.columns_of(PER_MUNICIPALITY)

    def columns_of(self, row_meaning: str) -> tuple[int, ...]:
        """Return the positions of the columns of the tables whose rows mean this."""
        tables = [table for table in self.tables if table.row_meaning == row_meaning]
        headers = {column.header for table in tables for column in table.columns}
        return tuple(place for header, place in self._places.items() if header in headers)

    def index(self, header: str) -> int:
        """Return the position of a column; ExportError when the edition doesn't show it."""
        if header not in self._places:
            raise ExportError(f"Annex {self.annex.number} of this edition has no column '{header}'.")
        return self._places[header]

    @property
    def _places(self) -> dict[str, int]:
        return {column.header: number for number, column in enumerate(self.columns)}

    @property
    def flanders(self) -> list[tuple[str, list[str]]]:
        """Return the rows of Flanders for who has no JavaScript: a heading and a text per year."""
        shown = [(self.columns[place], self.values[place]) for place in self.columns_of(PER_AREA)]
        years = len(self.years)
        return [(column.header, [_written(value, column) for value in row[:years]]) for column, row in shown]

    def code(self, column: Column) -> str:
        """Return the name of a column in the address."""
        return f"{self.annex.number}.{self.names[column.header].code}"

    def as_json(self) -> dict[str, object]:
        """Return what the script of the page needs of the annex."""
        return {
            "number": self.annex.number,
            "title": self.annex.title,
            "origin": self.origin,
            "years": self.years,
            "columns": [self._column_json(number, column) for number, column in enumerate(self.columns)],
            "values": self.values,
            "tables": [
                {
                    "name": table.table_name,
                    "title": table.title,
                    "isMunicipal": table.row_meaning == PER_MUNICIPALITY,
                    "columns": [self.index(column.header) for column in _figures(table)],
                    "shared": self.shared.get(table.table_name, {}),
                }
                for table in self.tables
            ],
            "charts": [self._chart_json(chart) for chart in self.charts],
            "headline": self.index(self.headline),
            "sentence": self.sentence,
            "places": {
                name: {"column": self._places.get(place.header), "of": place.share_of}
                for name, place in self.places.items()
            },
        }

    def _column_json(self, number: int, column: Column) -> dict[str, object]:
        name = self.names[column.header]
        return {
            "header": column.header,
            "name": self.code(column),
            "whole": None if name.whole is None else self.index(name.whole),
            "units": name.units,
            "kind": column.kind.name.lower(),
            "unit": column.unit,
            "meaning": column.meaning,
            "missing": column.missing,
            "isMunicipal": number in self.municipal_columns,
            "isTotal": number in self.columns_of(PER_AREA),
        }

    def _chart_json(self, chart: Chart) -> dict[str, object]:
        thousands = chart.number_format.endswith(",")
        return {
            "title": chart.subject,
            "shape": chart.shape.name.lower(),
            "unit": chart.value_title,
            "axis": "" if chart.shape is Shape.RANKING else chart.category_title.lower(),
            "divisor": 1000 if thousands else 1,
            "least": chart.least_total,
            "series": [
                {"column": self.index(series.header), "name": series.label} for series in chart.series
            ],
            "specs": chart_specs(chart),
        }


def read_annexes(
    warehouse: Warehouse, build: BuildInfo, areas: Sequence[Area], progress: Progress
) -> list[AnnexContent]:
    """Return the annexes in order, every figure of the edition in it; ExportError when one can't be read."""
    outline = warehouse.outline()
    return [_annex(warehouse, build, outline, areas, annex, progress) for annex in warehouse.annexes()]


def _annex(
    warehouse: Warehouse,
    build: BuildInfo,
    outline: Outline,
    areas: Sequence[Area],
    annex: Annex,
    progress: Progress,
) -> AnnexContent:
    sheets = annex_sheets([annex], build, outline)
    tables = tuple(sheet for sheet in sheets if sheet.row_meaning in (PER_MUNICIPALITY, PER_AREA))
    years = tuple(range(annex.first_year, annex.last_year + 1))
    places = {
        (True, area.code) if area.level in ("municipality", "group") else (False, area.name): number
        for number, area in enumerate(areas)
    }
    columns: dict[str, Column] = {}
    values: dict[str, list[Figure]] = {}
    shared: dict[str, dict[int, dict[int, str]]] = {}
    markers = set[str]()
    for table in tables:
        progress.step(table.name)
        shown = _figures(table)
        for column in shown:
            columns.setdefault(column.header, column)
            values.setdefault(column.header, [None] * (len(areas) * len(years)))
        is_municipal = table.row_meaning == PER_MUNICIPALITY
        first = len(table.columns) - len(shown)
        for row in warehouse.rows(table.query):
            # Keys: NIS code, municipality, province, year; or level, area, year.
            place = places[is_municipal, row[0] if is_municipal else row[1]]
            cell = place * len(years) + row[first - 1] - annex.first_year
            for column, value in zip(shown, row[first:], strict=True):
                values[column.header][cell] = json_number(value)
                if value is None and column.missing:
                    markers.add(column.missing)
            if areas[place].level == "group":
                shared.setdefault(table.table_name, {}).setdefault(place, {})[row[first - 1]] = row[1]
    return AnnexContent(
        annex,
        *_sentence(warehouse, build, outline, annex.number),
        years,
        tuple(columns.values()),
        tuple(tuple(column) for column in values.values()),
        tables,
        tuple(chart for sheet in sheets for chart in sheet.charts),
        _names(warehouse, annex.number),
        shared,
        tuple(text_table(warehouse, sheet) for sheet in sheets if sheet.row_meaning == ESTIMATE),
        frozenset(markers),
    )


def _figures(table: Sheet) -> list[Column]:
    return [column for column in table.columns if column.kind in _FIGURES]


def _written(value: Figure, column: Column) -> str:
    if value is None:
        return column.missing or ""
    digits = {Kind.COUNT: 0, Kind.EURO: 2, Kind.MEAN: 1}[column.kind]
    return number_text(value, digits)
