"""Writing sheets: one generic writer that knows formats and pages, and nothing of the subject."""

import gc
import math
import re
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
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
from twe.export.dutch import number_text
from twe.export.sheets import ESTIMATE, NOT_APPLICABLE, Column, Kind, Note, Sheet

Row = tuple[Any, ...]

_LANGUAGE = "nl-BE"
_FONT = {"font_name": "Arial", "font_size": 12, "font_scheme": False}
# The width of an empty column under this font: xlsxwriter derives the width of a digit from it.
_DEFAULT_COLUMN_PIXELS = 80
_LINE_POINTS = 15.75
_TITLE_POINTS = 24.0
_LABEL_POINTS = 20.0
_MIN_WIDTH = 10.0
_LINE_LETTERS = 150
# Between two sentences; a mark of a note or of a missing value may begin one.
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z\[0-9])")
# Two charts fit on a page.
_CHART_SCALE = 75
# With more charts, their list leaves no room for one on its page.
_MAX_CHARTS_UNDER_LIST = 3
_MAX_SHEET_ROWS = 1_048_576
_A4, _A3 = 9, 8
# A longer table doesn't fit on a screen: its heading stays in view and it can be filtered.
_MAX_SHORT_ROWS = 50
# What fits across an A4 page in letters that still read well, and across a screen, in digits.
_PAGE_DIGITS, _SCREEN_DIGITS = 205, 150
# Columns that stay in view beside a wide table: code and name.
_MOST_FROZEN = 2
# Of a table with more rows than there are municipalities, the start is printed.
_MOST_PRINTED_ROWS, _ROWS_OF_START = 400, 40
_SCREEN_TEXT = "Tabel voor het scherm ({} rijen): de afdruk toont alleen het begin."
_EMPTY_TEXT = f"{NOT_APPLICABLE} = niet van toepassing: er is geen enkele rij."
_A3_TEXT = "Brede tabel: de afdruk is op A3."
_DIGITS_PER_TITLE_LETTER = 1.5
# A cell holds a double: above this amount its cents would be rounded.
_MAX_EURO = 10**13

_NUMBER_FORMATS = {
    Kind.YEAR: "0",
    Kind.COUNT: "#,##0",
    Kind.EURO: "#,##0.00",
    Kind.MEAN: "0.0",
    Kind.NUMBER: "General",
}
_MEASURES = {Kind.COUNT, Kind.EURO, Kind.MEAN, Kind.NUMBER}
_PYTHON_FORMATS = {
    Kind.YEAR: "d",
    Kind.COUNT: ",d",
    Kind.EURO: ",.2f",
    Kind.MEAN: ".1f",
    Kind.NUMBER: ",.2f",
}


@dataclass(frozen=True)
class Book:
    """A workbook to be written; the properties of the document as xlsxwriter takes them."""

    file_name: str
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str | datetime]
    custom_properties: Mapping[str, str | datetime]
    labels: tuple[str, ...]
    """Stand on top of every sheet and under every printed page."""


def write_workbook(path: Path, book: Book, read: Callable[[Sheet], list[Row]]) -> None:
    """Write a workbook with the rows of `read`; temporary files stay in its folder, which the caller removes.

    Raises ExportError when rows don't fit their description or Excel's limits, OSError or XlsxFileError
    when the disk fails.
    """
    workbook = xlsxwriter.Workbook(
        str(path),
        {
            "default_format_properties": _FONT,
            "default_column_width": _DEFAULT_COLUMN_PIXELS,
            "tmpdir": str(path.parent),
        },
    )
    workbook.set_properties(book.properties)
    for name, value in book.custom_properties.items():
        workbook.set_custom_property(name, value)
    writer = _SheetWriter(_Formats(workbook), frozenset(sheet.name for sheet in book.sheets), book.labels)
    drawn = {chart.source for sheet in book.sheets for chart in sheet.charts}
    tables: dict[str, WrittenTable] = {}
    with _without_collector(), _language_declared():
        for sheet in book.sheets:
            worksheet = workbook.add_worksheet(sheet.name)
            table = writer.write(worksheet, sheet, read(sheet))
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
        self.note = workbook.add_format()
        self.label = workbook.add_format({"bold": True, "font_size": 14, "font_color": "#A80000"})
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
    labels: tuple[str, ...]

    def write(self, worksheet: Worksheet, sheet: Sheet, rows: Sequence[Row]) -> WrittenTable:
        # A table needs a row.
        is_empty = not rows
        rows = rows or [(NOT_APPLICABLE,) * len(sheet.columns)]
        # As columns, because width, format and markers are decided per column.
        columns = list(zip(sheet.columns, zip(*rows, strict=True), strict=True))
        widths = [_width(column, values) for column, values in columns]
        is_screen_only, is_a3 = len(rows) > _MOST_PRINTED_ROWS, sum(widths) > _PAGE_DIGITS
        notes = _sentences(sheet.notes, self.sheet_names, _markers(columns))
        texts = [
            *(note for note in notes if not note.link),
            *([Note(_EMPTY_TEXT)] if is_empty else []),
            *([Note(_SCREEN_TEXT.format(number_text(len(rows))))] if is_screen_only else []),
            *([Note(_A3_TEXT)] if is_a3 else []),
            *(note for note in notes if note.link),
        ]
        header_row = self._write_notes(worksheet, sheet.title, texts)
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
        is_wide = sum(widths) > _SCREEN_DIGITS and any(column.kind in _MEASURES for column in sheet.columns)
        # An estimate says little without the names of its rows, also where few columns are shown.
        is_wide = is_wide or sheet.row_meaning == ESTIMATE
        if is_long or is_wide:
            worksheet.freeze_panes(first_row, _names(sheet.columns) if is_wide else 0)
        if not sheet.charts:
            worksheet.repeat_rows(header_row)
        _set_page(worksheet, self.labels, _A3 if is_a3 else _A4)
        # A sentence may be wider than the table, and print cuts what is beside its last column.
        longest = max(
            len(sheet.title) * _DIGITS_PER_TITLE_LETTER,
            *map(len, self.labels),
            *(len(note.text) for note in texts),
        )
        more = max(0, math.ceil((longest - sum(widths)) / _MIN_WIDTH))
        if is_screen_only or not sheet.charts:
            end = first_row + _ROWS_OF_START if is_screen_only else last_row
            worksheet.print_area(0, 0, end, len(columns) - 1 + more)
        return WrittenTable(
            sheet.name,
            first_row,
            last_row,
            {column.header: (index, values) for index, (column, values) in enumerate(columns)},
        )

    def _write_notes(self, worksheet: Worksheet, title: str, notes: Sequence[Note]) -> int:
        """Write the title, the labels and the notes, all in column A; return the row after them."""
        worksheet.write_string(0, 0, title, self.formats.title)
        worksheet.set_row(0, _TITLE_POINTS)
        for row, label in enumerate(self.labels, 1):
            worksheet.set_row(row, _LABEL_POINTS)
            worksheet.write_string(row, 0, label, self.formats.label)
        for row, note in enumerate(notes, 1 + len(self.labels)):
            if note.link:
                worksheet.write_url(row, 0, _address(note.link), self.formats.note_link, note.text)
                continue
            worksheet.write_string(row, 0, note.text, self.formats.note)
        return len(self.labels) + len(notes) + 1

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
                worksheet.write_url(row, index, _address(value), self.formats.cell_link, value)
            else:
                worksheet.write_string(row, index, value, look)

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


def _address(sheet_name: str) -> str:
    return f"internal:'{sheet_name}'!A1"


def _sentences(notes: Sequence[Note], sheet_names: Collection[str], markers: Collection[str]) -> list[Note]:
    """Return what stands above a table with these markers; no sentence is divided over cells."""
    kept = [
        note
        for note in notes
        if (note.link is None or note.link in sheet_names) and (note.marker is None or note.marker in markers)
    ]
    return [replace(note, text=line) for note in kept for line in _lines(_SENTENCE_END.split(note.text))]


def _lines(sentences: Sequence[str]) -> list[str]:
    lines = [sentences[0]]
    for sentence in sentences[1:]:
        if len(lines[-1]) + len(sentence) < _LINE_LETTERS:
            lines[-1] += f" {sentence}"
        else:
            lines.append(sentence)
    return lines


def _markers(columns: Sequence[tuple[Column, Sequence[object]]]) -> set[str]:
    return {column.missing for column, values in columns if column.missing and None in values}


def _names(columns: Sequence[Column]) -> int:
    """Return how many columns name a row: they stay in view while the others move."""
    keys = next((index for index, column in enumerate(columns) if column.kind in _NUMBER_FORMATS), 1)
    return min(max(keys, 1), _MOST_FROZEN)


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
    # A heading is bold, which is wider than the digits that a width is measured in.
    pairs = zip(columns, widths, strict=True)
    return max(len(textwrap.wrap(column.header, int((width - 1) / 1.05))) for column, width in pairs)


def _prose_lines(columns: Sequence[tuple[Column, Sequence[object]]]) -> list[int]:
    """Return the lines that each row needs, or nothing when no column is wrapped."""
    prose = [
        [_lines_of(str(text), column.prose_width) for text in values]
        for column, values in columns
        if column.kind is Kind.PROSE
    ]
    return [max(lines) for lines in zip(*prose, strict=True)]


def _lines_of(text: str, width: int) -> int:
    """Return the lines of a text; a word that is longer than a line, such as a hash, begins one."""
    wrapped = textwrap.wrap(text, width, break_long_words=False)
    return sum(math.ceil(len(line) / width) for line in wrapped)


def _set_page(worksheet: Worksheet, labels: Sequence[str], paper: int) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(paper)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    worksheet.fit_to_pages(1, 0)
    middle = "&C" + "\n".join(labels) if labels else ""
    worksheet.set_footer(f"&L&A{middle}&RPagina &P van &N")


def _set_chart_pages(worksheet: Worksheet, first_row: int, charts: int) -> None:
    """Print two charts a page, large enough to read; a short list leaves room for the first chart."""
    # Breaks only count when the page isn't fitted to its width.
    worksheet.set_print_scale(_CHART_SCALE)
    first_break = 1 if charts <= _MAX_CHARTS_UNDER_LIST else 0
    worksheet.set_h_pagebreaks([first_row + number * CHART_ROWS for number in range(first_break, charts, 2)])
