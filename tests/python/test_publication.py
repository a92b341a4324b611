"""The workbook as a publication: what a careful reader, a screen reader and a printer need."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import export_excel
from warehouse import Build

REFERENCE = re.compile(r"\[noot ([\d, en]+)\]")
MARKERS = {"[x]", "[z]"}


@dataclass(frozen=True)
class Publication:
    """A workbook as openpyxl reads it and as the parts of its zip file."""

    path: Path

    @cached_property
    def book(self) -> Workbook:
        """Return the workbook as a spreadsheet program sees it."""
        return load_workbook(self.path)

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """Return the parts of the file by name."""
        with zipfile.ZipFile(self.path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def parts_in(self, folder: str) -> Iterator[ElementTree.Element]:
        """Return the parsed XML parts directly in a folder of the file."""
        for name, content in self.parts.items():
            if re.fullmatch(rf"{folder}/[^/]+\.xml", name):
                yield ElementTree.fromstring(content)

    def table(self, sheet: str) -> list[dict[str, object]]:
        """Return the rows of the one table of a sheet."""
        worksheet = self.book[sheet]
        (table,) = worksheet.tables.values()
        header, *rows = worksheet[table.ref]
        return [{name.value: cell.value for name, cell in zip(header, row, strict=True)} for row in rows]

    def above(self, sheet: str) -> list[str]:
        """Return the lines above the table of a sheet."""
        worksheet = self.book[sheet]
        return [str(worksheet.cell(row, 1).value) for row in range(1, _first_row(worksheet))]


def _first_row(worksheet: Worksheet) -> int:
    (table,) = worksheet.tables.values()
    return worksheet[table.ref][0][0].row


def _last_row(worksheet: Worksheet) -> int:
    (table,) = worksheet.tables.values()
    return worksheet[table.ref][-1][0].row


def _numbers(text: str) -> set[int]:
    """Return the notes a text refers to."""
    found = REFERENCE.findall(text.replace("\u00a0", " "))
    return {int(number) for part in found for number in re.findall(r"\d+", part)}


@pytest.fixture(scope="module", params=["demonstration", "delivered"])
def publication(
    request: pytest.FixtureRequest, demonstration: Build, tmp_path_factory: pytest.TempPathFactory
) -> Publication:
    """Return a workbook: of the demonstration data, and of data that pass for real."""
    folder = tmp_path_factory.mktemp("publication")
    database, out = folder / "copy.duckdb", folder / "bijlagen.xlsx"
    shutil.copy(demonstration.database, database)
    if request.param == "delivered":
        with duckdb.connect(str(database)) as connection:
            connection.execute(
                "update marts.dim_parameters "
                "set is_synthetic = false, are_claims_delivered = true, as_of = '2022-06-30'"
            )
            connection.execute("update marts.annex_3_wage_subsidies set claims = 0, claimed_eur = 0")
    assert export_excel.main(["--database", str(database), "--out", str(out)]) == 0
    return Publication(out)


# --- contents and notes -----------------------------------------------------------------------------------


def test_front_comes_first(publication: Publication) -> None:
    """Cover, contents and notes stand before the figures."""
    assert publication.book.sheetnames[:3] == ["Voorblad", "Inhoud", "Toelichting"]


def test_contents_list_every_following_sheet_with_its_title(publication: Publication) -> None:
    """A row per sheet in the order of the workbook, with a link that leads there."""
    rows = publication.table("Inhoud")
    assert [row["Werkblad"] for row in rows] == publication.book.sheetnames[2:]
    for row, (link, *_) in zip(
        rows, publication.book["Inhoud"].iter_rows(_first_row(publication.book["Inhoud"]) + 1), strict=True
    ):
        assert link.hyperlink.location == f"'{row['Werkblad']}'!A1"
        assert row["Wat er staat"] == publication.book[row["Werkblad"]]["A1"].value


def test_notes_are_numbered_and_each_is_used(publication: Publication) -> None:
    """Every note is referred to, and every reference leads to a note."""
    rows = publication.table("Toelichting")
    assert [row["Noot"] for row in rows] == [f"[noot {number}]" for number in range(1, len(rows) + 1)]
    used = {
        number
        for sheet in publication.book
        if sheet.title != "Toelichting"
        for number in _numbers("\n".join(publication.above(sheet.title)))
    }
    assert used == set(range(1, len(rows) + 1))


def test_notes_are_never_in_figures(publication: Publication) -> None:
    """A reference stands above a table, not in a cell of it."""
    for sheet in publication.book.sheetnames[3:]:
        assert not [row for row in publication.table(sheet) if any("[noot" in str(v) for v in row.values())]


def test_few_lines_stand_above_an_annex_table(publication: Publication) -> None:
    """Frozen lines cost the reader room: a title, a label, at most six short lines and the way back."""
    for sheet in publication.book.sheetnames[3:]:
        lines = publication.above(sheet)
        is_labelled = "SYNTHETISCH" in lines[1]
        assert len(lines) <= 8 + is_labelled, (sheet, lines)
        assert all(len(line) <= 155 for line in lines)
        assert lines[-1].startswith("Terug naar ")


def test_every_marker_is_on_the_list_and_explained(publication: Publication) -> None:
    """Only the closed list of markers occurs, and a sheet that uses one explains it."""
    for sheet in publication.book.sheetnames[3:]:
        above = " ".join(publication.above(sheet))
        values = {v for row in publication.table(sheet) for v in row.values() if isinstance(v, str)}
        markers = {value for value in values if re.fullmatch(r"\[.*\]|\W+", value)}
        assert markers <= MARKERS
        if sheet.startswith(("Bijlage", "Totalen")):
            assert all(f"{marker} = " in above for marker in markers), sheet


# --- charts -----------------------------------------------------------------------------------------------

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def _text(element: ElementTree.Element | None) -> str:
    assert element is not None
    return "".join(part.text or "" for part in element.iter(f"{A}t"))


def _charts(publication: Publication) -> list[ElementTree.Element]:
    charts = list(publication.parts_in("xl/charts"))
    assert charts
    return charts


def _range(publication: Publication, formula: str) -> list[object]:
    sheet, _, cells = formula.rpartition("!")
    found = publication.book[sheet.strip("'")][cells.replace("$", "")]
    rows = found if isinstance(found, tuple) else ((found,),)
    return [cell.value for row in rows for cell in row]


def test_every_annex_has_charts_after_its_totals(publication: Publication) -> None:
    """A chart sheet per annex, right after the totals it draws; as many charts as its table lists."""
    names = publication.book.sheetnames
    for annex in range(1, 7):
        assert names.index(f"Grafieken {annex}") == names.index(f"Totalen {annex}") + 1
        rows = publication.table(f"Grafieken {annex}")
        assert {row["Cijfers"] for row in rows} == {f"Totalen {annex}"}
    drawn = sum(len(publication.table(name)) for name in names if name.startswith("Grafieken"))
    assert len(_charts(publication)) == drawn


def test_charts_show_the_figures_of_flanders(publication: Publication) -> None:
    """Every series is a range of the totals, its stored values are those cells, and its rows are Flanders."""
    for chart in _charts(publication):
        for series in chart.iter(f"{C}ser"):
            values = series.find(f"{C}val/{C}numRef")
            assert values is not None
            formula = values.findtext(f"{C}f") or ""
            assert formula.startswith("'Totalen ")
            cells = _range(publication, formula)
            stored = [float(point.findtext(f"{C}v") or "nan") for point in values.iter(f"{C}pt")]
            assert stored == pytest.approx(cells)
            sheet = formula.partition("!")[0].strip("'")
            rows = [int(row) for row in re.findall(r"\$[A-Z]+\$(\d+)", formula)]
            areas = {publication.book[sheet].cell(row, 1).value for row in range(rows[0], rows[-1] + 1)}
            assert areas == {"Vlaanderen"}


def test_share_labels_are_the_shares(publication: Publication) -> None:
    """A stack is labelled with percentages that follow from its cells."""
    checked = 0
    for chart in _charts(publication):
        if chart.find(f".//{C}grouping[@val='percentStacked']") is None:
            continue
        series = list(chart.iter(f"{C}ser"))
        values = [_range(publication, item.findtext(f"{C}val/{C}numRef/{C}f") or "") for item in series]
        totals = [sum(column) for column in zip(*values, strict=True)]
        for item, row in zip(series, values, strict=True):
            for label in item.iterfind(f"{C}dLbls/{C}dLbl"):
                year = int(label.find(f"{C}idx").get("val"))
                if label.find(f"{C}delete") is None:
                    assert _text(label) == f"{row[year] / totals[year] * 100:.0f} %"
                    checked += 1
    assert checked


def test_charts_have_titles_axes_and_a_legend_only_for_more_series(publication: Publication) -> None:
    """A reader knows what, of whom and in which unit; one series needs no legend."""
    titles = set()
    for chart in _charts(publication):
        titles.add(_text(chart.find(f"{C}chart/{C}title")))
        for axis in (f"{C}catAx", f"{C}valAx"):
            assert _text(chart.find(f".//{axis}/{C}title"))
        has_legend = chart.find(f"{C}chart/{C}legend") is not None
        assert has_legend == (len(list(chart.iter(f"{C}ser"))) > 1)
    listed = {
        row["Grafiek"]
        for name in publication.book.sheetnames
        if name.startswith("Grafieken")
        for row in publication.table(name)
    }
    assert titles == listed


def test_charts_do_not_rely_on_colour(publication: Publication) -> None:
    """Series next to each other differ in pattern, and every series has labels."""
    for chart in _charts(publication):
        looks = []
        for series in chart.iter(f"{C}ser"):
            pattern = series.find(f"{C}spPr/{A}pattFill")
            looks.append(None if pattern is None else pattern.get("prst"))
            assert series.find(f"{C}dLbls") is not None
        assert all(one != other for one, other in pairwise(looks))


def test_charts_have_alternative_text(publication: Publication) -> None:
    """At most 150 characters that say the message and where the figures stand."""
    texts = [
        properties.get("descr", "")
        for drawing in publication.parts_in("xl/drawings")
        for properties in drawing.iter(f"{XDR}cNvPr")
    ]
    assert len(texts) == len(_charts(publication))
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert len(text) <= 150
        assert re.search(r": .* \(?\d.*\. Cijfers: Totalen \d\.$", text), text
