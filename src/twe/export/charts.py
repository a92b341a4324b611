"""Native charts over a table of the same workbook; patterns and labels, so that colour says nothing alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from twe.export.dutch import lowered
from twe.export.editions import share_text
from twe.export.sheets import Chart, Shape

CHART_ROWS = 22
"""Rows of the sheet that a chart and the room under it take."""

MAX_ALT_TEXT = 150

_WIDTH, _HEIGHT = 1180, 420
_FONT = {"name": "Arial", "size": 12}
_WHITE = "#FFFFFF"
# Solid fills and patterns alternate: neighbours differ in a black and white print.
_LOOKS: tuple[tuple[str, str | None], ...] = (
    ("#0B4F8A", None),
    ("#B34700", "wide_upward_diagonal"),
    ("#6E6E6E", None),
    ("#1B6E3C", "narrow_horizontal"),
    ("#5B2C83", None),
    ("#000000", "percent_25"),
    ("#8A1C1C", "wide_downward_diagonal"),
)
# Okabe and Ito: told apart by people with any kind of colour blindness; light ones get an outline.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
# From light to dark, for classes in an order.
SEQUENCE = ("#D6E6F4", "#ABCFE5", "#6AAED6", "#3787C0", "#105BA4", "#08306B")
UNKNOWN_FILL = "#BDBDBD"
_EDGE = "#404040"
# A narrower segment has no room for its label.
_SMALLEST_LABELLED_SHARE = 0.06


@dataclass(frozen=True)
class WrittenTable:
    """A table of the workbook: its place and the values of its columns by heading."""

    sheet: str
    first_row: int
    last_row: int
    columns: Mapping[str, tuple[int, Sequence[object]]]

    @property
    def formula(self) -> str:
        """Return the rows of the table, without their heading, as a formula."""
        cells = xl_range_abs(self.first_row, 0, self.last_row, len(self.columns) - 1)
        return f"={quote_sheetname(self.sheet)}!{cells}"

    def column(self, header: str, rows: int) -> list[str | int]:
        """Return the range of the first `rows` rows of a column, as xlsxwriter takes it."""
        index, _values = self.columns[header]
        return [self.sheet, self.first_row, index, self.first_row + rows - 1, index]

    def row(self, first: str, last: str, row: int) -> list[str | int]:
        """Return the range of neighbouring columns in one row of the sheet."""
        return [self.sheet, row, self.columns[first][0], row, self.columns[last][0]]

    def values(self, header: str, rows: int) -> list[float]:
        """Return the first `rows` values of a column of numbers; one that is left out is drawn as 0."""
        return [0.0 if value is None else float(str(value)) for value in self.columns[header][1][:rows]]

    def years(self, rows: int) -> list[int]:
        """Return the years of the first `rows` rows."""
        return [int(str(value)) for value in self.columns["Jaar"][1][:rows]]


def series_fills(names: Sequence[str], *, is_ordered: bool) -> list[str]:
    """Return a fill per series: classes in an order go in equal steps from light to dark, unknown is grey.

    ValueError when there are more series than colours.
    """
    known = [name for name in names if not name.startswith("Onbekend")]
    colours = SEQUENCE if is_ordered else PALETTE
    if len(known) > len(colours):
        raise ValueError(f"{len(known)} series can't be told apart by {len(colours)} colours")
    step = (len(colours) - 1) / max(len(known) - 1, 1) if is_ordered else 1
    fills = {name: colours[round(number * step)] for number, name in enumerate(known)}
    return [fills.get(name, UNKNOWN_FILL) for name in names]


def draw(
    workbook: xlsxwriter.Workbook, worksheet: Worksheet, chart: Chart, table: WrittenTable, row: int
) -> None:
    """Draw a chart over the first rows of `table` with its upper left corner in column A of `row`."""
    has_shares = _has_shares(chart, table)
    kind, subtype = {
        Shape.COLUMNS: ("column", None),
        Shape.SHARES: ("column", "percent_stacked" if has_shares else "stacked"),
        Shape.RANKING: ("bar", None),
    }[chart.shape]
    drawing = workbook.add_chart({"type": kind, "subtype": subtype} if subtype else {"type": kind})
    for options in _series(chart, table):
        drawing.add_series(options)
    drawing.set_title(
        {"name": chart.title, "name_font": _FONT | {"size": 14, "bold": True}, "overlay": False}
    )
    axis = {"name_font": _FONT | {"bold": False}, "num_font": _FONT}
    is_ranking = chart.shape is Shape.RANKING
    # Low, so that names don't stand in columns of negative amounts.
    categories = axis | {"name": chart.category_title, "label_position": "low"}
    values: dict[str, object] = axis | {
        "name": f"Aandeel in het {lowered(chart.value_title)}" if has_shares else chart.value_title,
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        "num_format": "0\\ %" if has_shares else chart.number_format,
    }
    # Spreadsheets like to start an axis just under the lowest column, which makes small changes look large.
    if all(value >= 0 for item in chart.series for value in table.values(item.header, chart.rows)):
        values["min"] = 0
    if is_ranking:
        # Upside down, so that the first bar is the first category; the axis of the numbers stays below.
        drawing.set_x_axis(values | {"label_position": "high"})
        drawing.set_y_axis(categories | {"reverse": True, "major_gridlines": {"visible": False}})
    else:
        drawing.set_x_axis(categories)
        drawing.set_y_axis(values)
    is_single = len(chart.series) == 1 or is_ranking
    legend: dict[str, object] = {"none": True} if is_single else {"position": "bottom", "font": _FONT}
    drawing.set_legend(legend)
    drawing.set_size({"width": _WIDTH, "height": _HEIGHT})
    worksheet.insert_chart(row, 0, drawing, {"description": alt_text(chart, table), "object_position": 3})


def alt_text(chart: Chart, table: WrittenTable) -> str:
    """Return the message of a chart and where its figures stand, at most MAX_ALT_TEXT characters."""
    told = f": {_message(chart, table)}. Cijfers: {chart.source}."
    title = next((text for text in (chart.title, chart.subject) if len(text + told) <= MAX_ALT_TEXT), None)
    return (title or chart.subject[: max(MAX_ALT_TEXT - len(told) - 1, 0)] + "…") + told


def _message(chart: Chart, table: WrittenTable) -> str:
    """Return which series changed most and by what, or the longest bar of a ranking."""
    last = (chart.described_rows or chart.rows) - 1
    if chart.shape is Shape.RANKING:
        sizes = {item.label: table.values(item.header, last + 1)[-1] for item in chart.series}
        top = max(sizes, key=lambda label: sizes[label])
        if not sizes[top]:
            return f"overal {chart.in_words(0)}"
        return f"het meest {lowered(top)} ({chart.in_words(round(sizes[top]))})"
    # A value that is left out is drawn as 0; how it changed is unknown.
    known = [
        number
        for number, item in enumerate(chart.series)
        if all(table.columns[item.header][1][row] is not None for row in (0, last))
    ]
    if not known:
        return "niet te vergelijken, want cijfers zijn weggelaten"
    totals = _totals(chart, table)
    has_shares = _has_shares(chart, table)
    rows = (
        _shares(chart, table)
        if has_shares
        else [table.values(item.header, chart.rows) for item in chart.series]
    )
    # Recoveries are below 0: more of them is a rise.
    changes = {number: round(abs(rows[number][last]) - abs(rows[number][0]), 9) for number in known}
    most = max(known, key=lambda number: abs(changes[number] if last else rows[number][last]))
    doubt = chart.doubt / min(totals[0], totals[last]) if has_shares else chart.doubt
    before, after = (
        share_text(rows[most][row], doubt).replace("\u00a0", " ")
        if has_shares
        else chart.in_words(round(rows[most][row]))
        for row in (0, last)
    )
    years = table.years(chart.rows)
    label = f"{lowered(chart.series[most].label)} " if len(rows) > 1 else ""
    if last == 0:
        return f"{label}{after} in {years[last]}"
    if abs(changes[most]) < doubt:
        of_what = f" voor {label}".rstrip() if label else ""
        return f"geen duidelijk verschil{of_what}, {before} in {years[0]} en {after} in {years[last]}"
    if before == after:
        return f"{label}ongeveer gelijk gebleven, {before} in {years[0]} en {after} in {years[last]}"
    direction = "gestegen" if changes[most] > 0 else "gedaald"
    return f"{label}{direction} van {before} in {years[0]} naar {after} in {years[last]}"


def _series(chart: Chart, table: WrittenTable) -> list[dict[str, Any]]:
    """Return the series of a chart as xlsxwriter takes them."""
    value_labels = {"value": True, "num_format": chart.number_format, "font": _FONT}
    if chart.shape is Shape.RANKING:
        first, last = chart.series[0].header, chart.series[-1].header
        return [
            {
                "name": chart.value_title,
                "categories": table.row(first, last, table.first_row - 1),
                "values": table.row(first, last, table.first_row + (chart.described_rows or chart.rows) - 1),
                "gap": 50,
                "data_labels": value_labels,
                **_look(0),
            }
        ]
    fills = series_fills([item.label for item in chart.series], is_ordered=True) if chart.is_ordered else None
    is_stack = chart.shape is Shape.SHARES
    return [
        {
            "name": item.label,
            "categories": table.column("Jaar", chart.rows),
            "values": table.column(item.header, chart.rows),
            "gap": 60,
            "data_labels": _stack_labels(chart, table, item.header) if is_stack else value_labels,
            **({"border": {"color": _EDGE}, "fill": {"color": fills[number]}} if fills else _look(number)),
        }
        for number, item in enumerate(chart.series)
    ]


def _look(number: int) -> dict[str, Any]:
    colour, pattern = _LOOKS[number % len(_LOOKS)]
    border = {"border": {"color": colour}}
    if pattern is None:
        return border | {"fill": {"color": colour}}
    return border | {"pattern": {"pattern": pattern, "fg_color": colour, "bg_color": _WHITE}}


def _stack_labels(chart: Chart, table: WrittenTable, header: str) -> dict[str, Any]:
    """Return percentages as labels: a spreadsheet can only label a stack with its counts."""
    label = {"fill": {"color": _WHITE}, "font": _FONT | {"size": 11}}
    totals, values = _totals(chart, table), table.values(header, chart.rows)
    has_shares = _has_shares(chart, table)
    # Of a stack of counts the highest column is the whole.
    wholes = totals if has_shares else [max(1, *totals)] * chart.rows
    return {
        "value": True,
        "custom": [
            label | ({"value": f"{value / whole * 100:.0f} %"} if has_shares else {})
            if value / whole >= _SMALLEST_LABELLED_SHARE
            else {"delete": True}
            for value, whole in zip(values, wholes, strict=True)
        ],
    }


def _has_shares(chart: Chart, table: WrittenTable) -> bool:
    """Return whether a stack shows shares: every number is known, and every year has enough of them."""
    return (
        chart.shape is Shape.SHARES
        and all(None not in table.columns[item.header][1][: chart.rows] for item in chart.series)
        and min(_totals(chart, table)) >= max(chart.least_total, 1)
    )


def _shares(chart: Chart, table: WrittenTable) -> list[list[float]]:
    values = [table.values(item.header, chart.rows) for item in chart.series]
    totals = _totals(chart, table)
    return [[value / total for value, total in zip(row, totals, strict=True)] for row in values]


def _totals(chart: Chart, table: WrittenTable) -> list[float]:
    values = [table.values(item.header, chart.rows) for item in chart.series]
    return [sum(row) for row in zip(*values, strict=True)]
