"""Writing sheets: one generic writer that knows formats and pages, and nothing of the subject."""

import gc
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter import packager
from xlsxwriter.core import Core
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from twe.errors import ExportError
from twe.export.charts import CHART_ROWS, WrittenTable, draw
from twe.export.sheets import NOT_APPLICABLE, Column, Kind, Note, Sheet, Tone

Row = Sequence[object]
ReadRows = Callable[[str], list[tuple[Any, ...]]]

_LANGUAGE = "nl-BE"
_FONT = {"font_name": "Arial", "font_size": 12, "font_scheme": False}
# The width of an empty column under this font: xlsxwriter derives the width of a digit from it.
_DEFAULT_COLUMN_PIXELS = 80
_LINE_POINTS = 15.75
_TITLE_POINTS = 24.0
_LOUD_POINTS = 20.0
_MIN_WIDTH = 10.0
# Widths are counted in digits; the letters of a sentence are narrower.
_LETTERS_PER_DIGIT = 1.15
_MIN_NOTE_LETTERS, _MAX_NOTE_LETTERS = 110, 150
# Two charts fit on a page.
_CHART_SCALE = 75
# With more charts, their list leaves no room for one on its page.
_MAX_CHARTS_UNDER_LIST = 3
_MAX_SHEET_ROWS = 1_048_576
_A4 = 9
# A longer table doesn't fit on a screen: its heading stays in view and it can be filtered.
_MAX_SHORT_ROWS = 50
# What fits across an A4 page at the smallest scale that still reads well, in digits.
_SMALLEST_SCALE, _PAGE_DIGITS = 55, 205
# A cell holds a double: above this amount its cents would be rounded.
_MAX_EURO = 10**13

_NUMBER_FORMATS = {Kind.YEAR: "0", Kind.COUNT: "#,##0", Kind.EURO: "#,##0.00", Kind.MEAN: "0.0"}
_MEASURES = {Kind.COUNT, Kind.EURO, Kind.MEAN}
_PYTHON_FORMATS = {Kind.YEAR: "d", Kind.COUNT: ",d", Kind.EURO: ",.2f", Kind.MEAN: ".1f"}


@dataclass(frozen=True)
class Properties:
    """The document properties; the creation date is the as-of date, so that equal data give equal bytes."""

    title: str
    subject: str
    keywords: str
    organisation: str
    comments: str
    as_of: date
    geography_date: date
    version: str
    label: str
    """Stands in the middle of every printed page; empty when there is nothing to warn of."""


def write_workbook(path: Path, sheets: Sequence[Sheet], properties: Properties, read: ReadRows) -> None:
    """Write the sheets to `path`; temporary files stay in its folder, which the caller removes.

    Raises ExportError when rows don't fit their description or Excel's limits, OSError or XlsxFileError
    when the disk fails.
    """
    workbook = xlsxwriter.Workbook(
        str(path),
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": _FONT,
            "default_column_width": _DEFAULT_COLUMN_PIXELS,
            "tmpdir": str(path.parent),
        },
    )
    _set_properties(workbook, properties)
    writer = _SheetWriter(_Formats(workbook), frozenset(sheet.name for sheet in sheets), properties.label)
    drawn = {chart.source for sheet in sheets for chart in sheet.charts}
    tables: dict[str, WrittenTable] = {}
    with _without_collector(), _language_declared():
        for sheet in sheets:
            worksheet = workbook.add_worksheet(sheet.name)
            table = writer.write(worksheet, sheet, read(sheet.query))
            if sheet.name in drawn:
                tables[sheet.name] = table
            first_row = table.last_row + 2
            for number, chart in enumerate(sheet.charts):
                draw(workbook, worksheet, chart, tables[chart.source], first_row + number * CHART_ROWS)
            workbook.define_name(f"gegevens_{sheet.table_name}", table.formula)
            if sheet.charts:
                _set_chart_pages(worksheet, first_row, len(sheet.charts))
        workbook.close()


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the garbage collector: it walks the cells again and again, and they hold no cycles to find."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _CoreWithLanguage(Core):  # type: ignore[misc]  # xlsxwriter has no types
    """The document properties with the language, which xlsxwriter has no option for."""

    def _write_cp_content_status(self) -> None:
        super()._write_cp_content_status()
        self._xml_data_element("dc:language", _LANGUAGE)


@contextmanager
def _language_declared() -> Iterator[None]:
    """Let xlsxwriter write the language itself: adding it afterwards means packing the whole file again."""
    packager.Core = _CoreWithLanguage
    try:
        yield
    finally:
        packager.Core = Core


class _Formats:
    """The cell formats of a workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        cell = {"bottom": 1, "bottom_color": "#BFBFBF", "valign": "top", "indent": 1}
        header = {"bold": True, "text_wrap": True, "bottom": 2, "valign": "top", "indent": 1}
        link = {"font_color": "#0B5394", "underline": 1}
        left, right = {"align": "left"}, {"align": "right"}
        self.title = workbook.add_format({"bold": True, "font_size": 18})
        self.notes = {
            Tone.PLAIN: workbook.add_format(),
            Tone.LOUD: workbook.add_format({"bold": True, "font_size": 14, "font_color": "#A80000"}),
        }
        self.note_link = workbook.add_format(link)
        self.text_header = workbook.add_format(header | left)
        self.number_header = workbook.add_format(header | right)
        self.cell_link = workbook.add_format(cell | left | link)
        text = workbook.add_format(cell | left)
        self.cells: dict[Kind, Format] = {
            Kind.TEXT: text,
            Kind.LINK: text,
            Kind.CODE: workbook.add_format(cell | left | {"num_format": "@"}),
            Kind.PROSE: workbook.add_format(cell | left | {"text_wrap": True}),
        }
        for kind, code in _NUMBER_FORMATS.items():
            self.cells[kind] = workbook.add_format(cell | right | {"num_format": code})

    def header(self, column: Column) -> Format:
        return self.number_header if column.kind in _NUMBER_FORMATS else self.text_header


@dataclass(frozen=True)
class _SheetWriter:
    """Writes a described sheet into a worksheet; links only lead to `sheet_names`."""

    formats: _Formats
    sheet_names: frozenset[str]
    label: str

    def write(self, worksheet: Worksheet, sheet: Sheet, rows: Sequence[Row]) -> WrittenTable:
        # A table needs a row: an empty one says that there is nothing to tell.
        rows = rows or [(NOT_APPLICABLE,) * len(sheet.columns)]
        # As columns, because width, format and markers are decided per column.
        columns = list(zip(sheet.columns, zip(*rows, strict=True), strict=True))
        widths = [_width(column, values) for column, values in columns]
        header_row = self._write_notes(worksheet, sheet, _note_letters(widths))
        first_row, last_row = header_row + 1, header_row + len(rows)
        if last_row >= _MAX_SHEET_ROWS:
            raise ExportError(f"Sheet {sheet.name} would have {len(rows)} rows, more than Excel can hold.")
        is_long = len(rows) > _MAX_SHORT_ROWS
        self._add_table(worksheet, sheet, header_row, last_row, is_long)
        # One line more, so that no filter button covers a word.
        worksheet.set_row(header_row, _LINE_POINTS * (_header_lines(sheet.columns, widths) + is_long))
        for row, lines in enumerate(_prose_lines(columns), first_row):
            worksheet.set_row(row, _LINE_POINTS * lines)
        for index, (column, values) in enumerate(columns):
            worksheet.set_column(index, index, widths[index])
            self._write_column(worksheet, column, values, first_row, index)
            if column.kind is Kind.CODE:
                worksheet.ignore_errors(
                    {"number_stored_as_text": xl_range(first_row, index, last_row, index)}
                )
        if is_long:
            worksheet.freeze_panes(first_row, 0)
        if not sheet.charts:
            worksheet.repeat_rows(header_row)
        _set_page(worksheet, self.label)
        _split_pages(worksheet, sheet.columns, widths)
        return WrittenTable(
            sheet.name,
            first_row,
            last_row,
            {column.header: (index, values) for index, (column, values) in enumerate(columns)},
        )

    def _write_notes(self, worksheet: Worksheet, sheet: Sheet, letters: int) -> int:
        """Write the title and the paragraphs, all in column A; return the row after them."""
        worksheet.write_string(0, 0, sheet.title, self.formats.title)
        worksheet.set_row(0, _TITLE_POINTS)
        row = 1
        for note in sheet.notes:
            if note.link and note.link not in self.sheet_names:
                continue
            if note.link:
                self._write_link(worksheet, row, 0, note.link, note.text, self.formats.note_link)
                row += 1
                continue
            if note.tone is Tone.LOUD:
                worksheet.set_row(row, _LOUD_POINTS)
            for line in _note_lines(note, letters):
                worksheet.write_string(row, 0, line, self.formats.notes[note.tone])
                row += 1
        return row

    def _write_column(
        self, worksheet: Worksheet, column: Column, values: Sequence[Any], first_row: int, index: int
    ) -> None:
        look = self.formats.cells[column.kind]
        for row, value in enumerate(values, first_row):
            if value is None:
                if column.missing is None:
                    raise ExportError(
                        f"The marts give no value for {column.header} in {worksheet.get_name()}."
                    )
                worksheet.write_string(row, index, column.missing, look)
            elif not isinstance(value, str):
                if column.kind is Kind.EURO and abs(value) >= _MAX_EURO:
                    raise ExportError(
                        f"An amount in {worksheet.get_name()} is too large to be written exactly."
                    )
                worksheet.write_number(row, index, value, look)
            elif column.kind is Kind.LINK and value in self.sheet_names:
                self._write_link(worksheet, row, index, value, value, self.formats.cell_link)
            else:
                worksheet.write_string(row, index, value, look)

    def _write_link(
        self, worksheet: Worksheet, row: int, index: int, sheet_name: str, text: str, look: Format
    ) -> None:
        worksheet.write_url(row, index, f"internal:'{sheet_name}'!A1", look, text)

    def _add_table(
        self, worksheet: Worksheet, sheet: Sheet, header_row: int, last_row: int, has_filter: bool
    ) -> None:
        headers = [column.header.lower() for column in sheet.columns]
        if len(set(headers)) < len(headers):
            raise ExportError(
                f"Two columns of sheet {sheet.name} have the same heading: two labels are equal."
            )
        worksheet.add_table(
            header_row,
            0,
            header_row + 1,
            len(headers) - 1,
            {
                "name": sheet.table_name,
                "style": "Table Style Light 1",
                "autofilter": has_filter,
                "banded_rows": False,
                "title": sheet.title,
                "description": f"Een rij per {sheet.row_meaning}; {len(headers)} kolommen.",
                "columns": [
                    {"header": column.header, "header_format": self.formats.header(column)}
                    for column in sheet.columns
                ],
            },
        )
        # xlsxwriter notes every cell of a table to find overlaps. With one table per sheet there are none,
        # and the notes of a million rows take more memory than the rows.
        whole = xl_range(header_row, 0, last_row, len(headers) - 1)
        table = worksheet.tables[-1]
        table.update({key: whole for key in ("range", "a_range", "autofilter") if table.get(key)})


def _note_lines(note: Note, letters: int) -> list[str]:
    return [note.text] if note.tone is Tone.LOUD else textwrap.wrap(note.text, letters)


def _note_letters(widths: Sequence[float]) -> int:
    """Return how many letters fit above the table, so that sentences don't widen the printed page."""
    return int(min(max(sum(widths) * _LETTERS_PER_DIGIT, _MIN_NOTE_LETTERS), _MAX_NOTE_LETTERS))


def _width(column: Column, values: Sequence[Any]) -> float:
    """Return a column width in digits: the longest word of the heading and the longest value fit."""
    if column.kind is Kind.PROSE:
        return column.prose_width
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if value is not None and not isinstance(value, str)]
    longest = max((len(text) for text in texts), default=len(NOT_APPLICABLE))
    if numbers:
        code = _PYTHON_FORMATS[column.kind]
        longest = max(longest, len(format(min(numbers), code)), len(format(max(numbers), code)))
    # Spreadsheets also break a line after a hyphen.
    word = max(len(word) for word in column.header.replace("-", "- ").split())
    # A bold word is wider than as many digits; the rest is for the indent.
    return max(word * 1.05 + 2, longest + 2.5, _MIN_WIDTH)


def _header_lines(columns: Sequence[Column], widths: Sequence[float]) -> int:
    """Return the lines of the tallest heading."""
    pairs = zip(columns, widths, strict=True)
    return max(len(textwrap.wrap(column.header, int(width - 1))) for column, width in pairs)


def _prose_lines(columns: Sequence[tuple[Column, Sequence[object]]]) -> list[int]:
    """Return the lines that each row needs, or nothing when no column is wrapped."""
    prose = [
        [len(textwrap.wrap(str(text), column.prose_width)) for text in values]
        for column, values in columns
        if column.kind is Kind.PROSE
    ]
    return [max(lines) for lines in zip(*prose, strict=True)]


def _set_page(worksheet: Worksheet, label: str) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    worksheet.fit_to_pages(1, 0)
    middle = f"&C{label}" if label else ""
    worksheet.set_footer(f"&L&A{middle}&RPagina &P van &N")


def _split_pages(worksheet: Worksheet, columns: Sequence[Column], widths: Sequence[float]) -> None:
    """Print a table that is too wide for one page over several, each with the columns that name the row."""
    keys = next((index for index, column in enumerate(columns) if column.kind in _MEASURES), 0)
    if not keys or sum(widths) <= _PAGE_DIGITS:
        return
    worksheet.set_print_scale(_SMALLEST_SCALE)
    worksheet.repeat_columns(0, keys - 1)
    worksheet.set_v_pagebreaks(_page_breaks(columns, widths, keys))
    worksheet.print_across()


def _page_breaks(columns: Sequence[Column], widths: Sequence[float], keys: int) -> list[int]:
    """Return the columns that start a page; what stands before the colon stays together where it can."""
    room = _PAGE_DIGITS - sum(widths[:keys])
    breaks: list[int] = []
    start = keys
    for index in range(keys + 1, len(columns)):
        if sum(widths[start : index + 1]) <= room:
            continue
        group = _group_start(columns, index)
        start = group if group > start else index
        breaks.append(start)
    return breaks


def _group_start(columns: Sequence[Column], index: int) -> int:
    """Return the first of the neighbouring columns with the same words before the colon."""
    group = columns[index].header.partition(":")[0]
    while index > 0 and columns[index - 1].header.partition(":")[0] == group:
        index -= 1
    return index


def _set_chart_pages(worksheet: Worksheet, first_row: int, charts: int) -> None:
    """Print two charts a page, large enough to read; a short list leaves room for the first chart."""
    # Breaks only count when the page isn't fitted to its width.
    worksheet.set_print_scale(_CHART_SCALE)
    first_break = 1 if charts <= _MAX_CHARTS_UNDER_LIST else 0
    worksheet.set_h_pagebreaks([first_row + number * CHART_ROWS for number in range(first_break, charts, 2)])


def _set_properties(workbook: xlsxwriter.Workbook, properties: Properties) -> None:
    workbook.set_properties(
        {
            "title": properties.title,
            "subject": properties.subject,
            "author": properties.organisation,
            "company": properties.organisation,
            "keywords": properties.keywords,
            "comments": properties.comments,
            "created": _midnight(properties.as_of),
        }
    )
    workbook.set_custom_property("Toestand op", _midnight(properties.as_of))
    workbook.set_custom_property("Gemeenten van", _midnight(properties.geography_date))
    workbook.set_custom_property("Versie", properties.version)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
