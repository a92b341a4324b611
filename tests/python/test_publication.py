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

from twe.cli import main
from twe.export.charts import WrittenTable, alt_text
from twe.export.sheets import INTERNAL_LABEL, SYNTHETIC_LABEL, Chart, Series, Shape
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
            connection.execute("update marts.figures set value = 0 where measure like 'claim%'")
            _revise(connection)
            connection.execute("update quality.node_results set relation = null")
    assert main(["export", "--edition", "exact", "--database", str(database), "--out", str(folder)]) == 0
    return Publication(out)


def _revise(connection: duckdb.DuckDBPyConnection) -> None:
    """Make it a warehouse compared with an earlier state, in which a figure was not available."""
    connection.execute("insert into marts.dim_previous_state values ('2021-12-31')")
    for mart, dimension, category, measure, old in (
        (
            "annex_1_started_trajectories",
            "'planned_duration_months'",
            "planned_duration_months::varchar",
            "trajectories",
            0,
        ),
        ("annex_2_profile", "dimension", "category", "trajectories", 1),
        ("annex_3_wage_subsidies", "'all'", "'all'", "paid_eur", 12.5),
        ("annex_3_wage_subsidies", "'all'", "'all'", "claims", "null"),
        ("annex_4_ended_trajectories", "ending", "duration_months::varchar", "trajectories", 0),
        ("annex_5_outflow", "outcome_group", "outcome", "clients", 1),
        ("annex_6_decisions", "'decision'", "decision", "transmissions", 3),
    ):
        connection.execute(
            f"insert into marts.annex_revisions select {mart[6]}, '{mart}', year, nis_code, municipality, "
            f"province, {dimension}, {category}, '{measure}', {old}, {measure}, {measure} - {old}, 1, "
            "['record'], [], [] "
            f"from marts.{mart} where nis_code < '13000'"
        )


# --- contents and notes -----------------------------------------------------------------------------------


def test_front_comes_first(publication: Publication) -> None:
    """Cover, answers, contents and notes stand before the figures."""
    assert publication.book.sheetnames[:4] == ["Voorblad", "Samenvatting", "Inhoud", "Toelichting"]


def test_contents_list_every_following_sheet_with_its_title(publication: Publication) -> None:
    """A row per sheet in the order of the workbook, with a link that leads there."""
    rows = publication.table("Inhoud")
    assert [row["Werkblad"] for row in rows] == publication.book.sheetnames[3:]
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
    for sheet in publication.book.sheetnames[4:]:
        assert not [row for row in publication.table(sheet) if any("[noot" in str(v) for v in row.values())]


def test_few_lines_stand_above_an_annex_table(publication: Publication) -> None:
    """Frozen lines cost the reader room: a title, labels, at most nine short lines and the ways on."""
    for sheet in publication.book.sheetnames[4:]:
        lines = publication.above(sheet)
        labels = [line for line in lines if line in (SYNTHETIC_LABEL, INTERNAL_LABEL)]
        assert len(lines) <= 11 + len(labels), (sheet, lines)
        assert all(len(line) <= 155 for line in lines), sheet
        assert lines[-1].startswith("Terug naar ")


def test_every_marker_is_on_the_list_and_explained(publication: Publication) -> None:
    """Only the closed list of markers occurs, and a sheet that uses one explains it."""
    for sheet in publication.book.sheetnames[4:]:
        above = " ".join(publication.above(sheet))
        values = {v for row in publication.table(sheet) for v in row.values() if isinstance(v, str)}
        markers = {value for value in values if re.fullmatch(r"\[.*\]|\W+", value)}
        assert markers <= MARKERS
        if sheet.startswith(("Bijlage", "Totalen", "Herzieningen")):
            assert {marker for marker in MARKERS if f"{marker} = " in above} == markers, sheet


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
        categories, values = (_text(chart.find(f".//{axis}/{C}title")) for axis in (f"{C}catAx", f"{C}valAx"))
        assert categories.startswith(("Jaar ", "Situatie"))
        assert values.startswith(("Aantal ", "Aandeel ", "Duizend euro"))
        has_legend = chart.find(f"{C}chart/{C}legend") is not None
        assert has_legend == (len(list(chart.iter(f"{C}ser"))) > 1)
    listed = {
        row["Grafiek"]
        for name in publication.book.sheetnames
        if name.startswith("Grafieken")
        for row in publication.table(name)
    }
    assert titles == listed


def test_axes_start_at_zero_unless_amounts_lie_below(publication: Publication) -> None:
    """A column is as long as its figure: only recovered amounts go below zero."""
    lowest = set()
    for chart in _charts(publication):
        values = [float(point.text or "nan") for point in chart.iterfind(f".//{C}val//{C}v")]
        start = chart.find(f".//{C}valAx/{C}scaling/{C}min")
        assert (start is not None and start.get("val") == "0") == (min(values) >= 0)
        lowest.add(min(values) >= 0)
    assert lowest == {True, False}


def test_charts_do_not_rely_on_colour(publication: Publication) -> None:
    """Series next to each other differ in pattern, ordered classes become darker, and all have labels."""
    for chart in _charts(publication):
        looks, lights = [], []
        for series in chart.iter(f"{C}ser"):
            pattern = series.find(f"{C}spPr/{A}pattFill")
            looks.append(None if pattern is None else pattern.get("prst"))
            lights += [
                sum(bytes.fromhex(fill.get("val")))
                for fill in series.findall(f"{C}spPr/{A}solidFill/{A}srgbClr")
            ]
            assert series.find(f"{C}dLbls") is not None
        is_darkening = len(lights) > 2 and lights[:-1] == sorted(set(lights[:-1]), reverse=True)
        assert is_darkening or all(one != other for one, other in pairwise(looks))


def test_charts_have_alternative_text(publication: Publication) -> None:
    """At most 150 characters that say what changed most, from what to what, and where the figures stand."""
    texts = [
        properties.get("descr", "")
        for drawing in publication.parts_in("xl/drawings")
        for properties in drawing.iter(f"{XDR}cNvPr")
    ]
    assert len(texts) == len(_charts(publication))
    told = {re.sub(r"^.*?(, Vlaanderen|\w…|): |\. Cijfers: Totalen \d\.$", "", text) for text in texts}
    assert max(map(len, texts)) <= 150 and len(set(texts)) == len(texts)
    day = {row["Gegeven"]: str(row["Waarde"]) for row in publication.table("Voorblad")}["Toestand op"]
    last_complete = "2021" if day.startswith("30 juni 2022") else "2023"
    messages = [_message(chart, last_complete) for chart in _charts(publication)]
    assert [message for message in messages if not any(text.endswith(message) for text in told)] == []


def _message(chart: ElementTree.Element, last_complete: str) -> str:
    """Return what the alternative text of a chart says, from the values that it draws."""
    names = [series.findtext(f"{C}tx/{C}v") or "" for series in chart.iter(f"{C}ser")]
    values = [
        [float(point.text or "nan") for point in series.iterfind(f"{C}val//{C}v")]
        for series in chart.iter(f"{C}ser")
    ]
    labels = [point.text or "" for point in chart.iterfind(f".//{C}cat//{C}v")][: len(values[0])]
    if chart.find(f".//{C}barDir[@val='bar']") is not None:
        top = max(values[0])
        name = labels[values[0].index(top)].rpartition(": ")[2]
        return f"{name[0].lower()}{name[1:]} ({top:.0f})"
    end = labels.index(last_complete)
    ends = [(row[0], row[end]) for row in values]
    totals = [sum(column) for column in zip(*ends, strict=True)]
    has_shares = chart.find(f".//{C}grouping[@val='percentStacked']") is not None and min(totals) >= 20
    if has_shares:
        ends = [(first / totals[0], last / totals[1]) for first, last in ends]
    first, last = change = max(ends, key=lambda pair: round(abs(abs(pair[1]) - abs(pair[0])), 9))
    unit = " euro" if "Loontoelage" in _text(chart.find(f"{C}chart/{C}title")) else ""
    written = [
        f"{value * 100:.0f} %" if has_shares else f"{value:,.0f}{unit}".replace(",", ".") for value in change
    ]
    name = names[ends.index(change)]
    label = f"{name[0].lower()}{name[1:]} " if len(names) > 1 else ""
    direction = "gestegen" if abs(last) > abs(first) else "gedaald"
    return f"{label}{direction} van {written[0]} in {labels[0]} naar {written[1]} in {labels[end]}"


@pytest.mark.parametrize(
    ("shape", "series", "given", "told"),
    [
        (Shape.COLUMNS, {"A": [10, 30]}, {}, "gestegen van 10 in 2020 naar 30 in 2021"),
        (Shape.COLUMNS, {"A": [10, 30], "Bb": [90, 50]}, {}, "bb gedaald van 90 in 2020 naar 50 in 2021"),
        (Shape.COLUMNS, {"A": [-10, -30]}, {}, "gestegen van -10 in 2020 naar -30 in 2021"),
        (Shape.COLUMNS, {"A": [10, 20]}, {"doubt": 10}, "gestegen van 10 in 2020 naar 20 in 2021"),
        (
            Shape.COLUMNS,
            {"A": [10, 20]},
            {"doubt": 11},
            "geen duidelijk verschil, 10 in 2020 en 20 in 2021",
        ),
        (Shape.COLUMNS, {"A": [10, 30, 5]}, {"described_rows": 2}, "gestegen van 10 in 2020 naar 30 in 2021"),
        (Shape.COLUMNS, {"A": [10, 30]}, {"described_rows": 1}, "10 in 2020"),
        (Shape.RANKING, {"A": [10, 30], "Bb": [20, 0]}, {}, "het meest a (30)"),
        (Shape.RANKING, {"A": [10, 30], "Bb": [20, 0]}, {"described_rows": 1}, "het meest bb (20)"),
        (Shape.RANKING, {"A": [10, 0], "Bb": [20, 0]}, {}, "overal 0"),
        (Shape.COLUMNS, {"A": [10], "Bb": [20]}, {}, "bb 20 in 2020"),
        (Shape.COLUMNS, {"A": [90, None], "Bb": [1, 2]}, {}, "bb gestegen van 1 in 2020 naar 2 in 2021"),
        (Shape.COLUMNS, {"A": [90, None]}, {}, "niet te vergelijken, want cijfers zijn weggelaten"),
        (
            Shape.SHARES,
            {"A": [10, 30], "Bb": [90, 70]},
            {"least_total": 100},
            "a gestegen van 10 % in 2020 naar 30 % in 2021",
        ),
        (
            Shape.SHARES,
            {"A": [10, 30], "Bb": [90, 70]},
            {"doubt": 21},
            "geen duidelijk verschil voor a, ongeveer 10 % in 2020 en ongeveer 30 % in 2021",
        ),
        (
            Shape.SHARES,
            {"A": [10, 0], "Bb": [90, 100]},
            {"doubt": 10},
            "a gedaald van ongeveer 10 % in 2020 naar minder dan 5 % in 2021",
        ),
        (
            Shape.SHARES,
            {"A": [10, 35], "Bb": [90, 70]},
            {"least_total": 101},
            "a gestegen van 10 in 2020 naar 35 in 2021",
        ),
        (
            Shape.SHARES,
            {"A": [10, 35], "Bb": [90, None]},
            {},
            "a gestegen van 10 in 2020 naar 35 in 2021",
        ),
    ],
)
def test_the_message_of_a_chart(
    shape: Shape, series: dict[str, list[int | None]], given: dict[str, int], told: str
) -> None:
    """It says which known series changed most, and of no change that rounding can make."""
    rows = len(next(iter(series.values())))
    columns: dict[str, tuple[int, list[object]]] = {"Jaar": (0, [2020 + row for row in range(rows)])}
    columns |= {name: (place, list(values)) for place, (name, values) in enumerate(series.items(), 1)}
    chart = Chart(
        title="Titel",
        subject="Titel",
        shape=shape,
        source="Totalen",
        rows=rows,
        series=tuple(Series(name, name) for name in series),
        category_title="Jaar",
        value_title="Aantal",
        **given,
    )
    table = WrittenTable("Totalen", 1, rows, columns)
    assert alt_text(chart, table) == f"Titel: {told}. Cijfers: Totalen."


# --- dictionary, properties, names ------------------------------------------------------------------------


def test_every_column_of_figures_is_described(publication: Publication) -> None:
    """The dictionary has each column of each table, with its meaning, unit and markers."""
    described = {(row["Werkblad"], row["Kolom"]): row for row in publication.table("Kolommen")}
    figures = [
        name
        for name in publication.book.sheetnames
        if name.startswith(("Bijlage", "Totalen", "Herzieningen"))
        or name in ("Kwaliteit", "Herkomst", "Invoerbestanden")
    ]
    expected = [(sheet, header) for sheet in figures for header in publication.table(sheet)[0]]
    assert list(described) == expected
    for (sheet, header), row in described.items():
        assert all(row.values())
        found = {line[header] for line in publication.table(sheet)} & MARKERS
        assert found <= {row["Symbolen"]}, (sheet, header)
        if "(EUR)" in str(header):
            assert row["Eenheid"] == "euro"


def test_properties_carry_day_and_version(publication: Publication) -> None:
    """A copied file still says which day and which build it is of."""
    properties = {item.name: item.value for item in publication.book.custom_doc_props.props}
    assert properties.keys() == {"Toestand op", "Gemeenten van", "Versie"}
    assert f"{properties['Toestand op']:%Y-%m-%d}" in ("2024-12-31", "2022-06-30")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", properties["Versie"])


def test_every_table_has_a_name_for_its_rows(publication: Publication) -> None:
    """A defined name gives the rows of each table, without the heading."""
    names = publication.book.defined_names
    assert len(names) == len(publication.book.sheetnames)
    for sheet in publication.book:
        (table,) = sheet.tables.values()
        name = names[f"gegevens_{table.name}"]
        ((title, cells),) = name.destinations
        assert title == sheet.title
        first, last = _first_row(sheet) + 1, _last_row(sheet)
        assert re.fullmatch(rf"\$A\${first}:\$[A-Z]+\${last}", cells)


# --- the file, point by point -----------------------------------------------------------------------------

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_tables_are_tables_and_described(publication: Publication) -> None:
    """One table object per sheet, from column A, with one heading row and alternative text."""
    tables = list(publication.parts_in("xl/tables"))
    assert len(tables) == len(publication.book.sheetnames)
    for table in tables:
        assert table.get("headerRowCount", "1") == "1"
        assert re.match(r"A\d+:", table.get("ref", ""))
        headers = [column.get("name", "") for column in table.iter(f"{M}tableColumn")]
        assert all(header.strip() and "\n" not in header and "_x000a_" not in header for header in headers)
        assert len({header.lower() for header in headers}) == len(headers)
    described = [content for name, content in publication.parts.items() if name.startswith("xl/tables/")]
    assert all(b"altText=" in content and b"altTextSummary=" in content for content in described)


def test_filter_buttons_only_on_long_tables(publication: Publication) -> None:
    """Buttons and a frozen heading help in a long table and are in the way in a short one."""
    for sheet in publication.book:
        (table,) = sheet.tables.values()
        is_long = _last_row(sheet) - _first_row(sheet) > 50
        assert (table.autoFilter is not None) == is_long
        assert (sheet.freeze_panes is not None) or not is_long


def test_sheets_have_nothing_hidden_merged_or_calculated(publication: Publication) -> None:
    """No hidden row, column or sheet, no merged cell, no formula; the first cell is the title."""
    assert all(sheet.sheet_state == "visible" for sheet in publication.book)
    for part in publication.parts_in("xl/worksheets"):
        assert part.find(f"{M}mergeCells") is None
        assert not [item for tag in ("row", "col") for item in part.iter(f"{M}{tag}") if item.get("hidden")]
        assert part.find(f".//{M}f") is None
        first = part.find(f"{M}sheetData/{M}row/{M}c")
        assert first is not None and first.get("r") == "A1" and first.get("t") == "s"


def test_file_has_no_media_macros_comments_or_external_links(publication: Publication) -> None:
    """Nothing that a screen reader can't read, that can run, or that calls out."""
    forbidden = ("media", "vbaProject", "comments", "externalLink", "vmlDrawing")
    assert not [name for name in publication.parts if any(word in name for word in forbidden)]
    relations = b"".join(content for name, content in publication.parts.items() if name.endswith(".rels"))
    assert b'TargetMode="External"' not in relations


def test_workbook_opens_on_its_first_cell(publication: Publication) -> None:
    """The cover is active, and the cursor of no sheet was moved."""
    workbook = ElementTree.fromstring(publication.parts["xl/workbook.xml"])
    view = workbook.find(f"{M}bookViews/{M}workbookView")
    assert view is not None and view.get("activeTab", "0") == "0" and view.get("firstSheet", "0") == "0"
    for sheet in publication.book:
        assert bool(sheet.sheet_view.tabSelected) == (sheet.title == "Voorblad")
        assert (sheet.sheet_view.topLeftCell or "A1") == "A1"


def test_styles_are_readable(publication: Publication) -> None:
    """One sans serif font of at least 12 points, no fill, no superscript, no red numbers."""
    styles = ElementTree.fromstring(publication.parts["xl/styles.xml"])
    fonts = styles.find(f"{M}fonts")
    assert fonts is not None
    assert {name.get("val") for name in fonts.iter(f"{M}name")} == {"Arial"}
    assert all(float(size.get("val", "0")) >= 12 for size in fonts.iter(f"{M}sz"))
    assert fonts.find(f".//{M}vertAlign") is None
    fills = {fill.get("patternType") for fill in styles.iter(f"{M}patternFill")}
    assert fills <= {"none", "gray125"}
    assert b"[Red]" not in publication.parts["xl/styles.xml"]


def test_sheet_names_and_widths(publication: Publication) -> None:
    """Names fit and are unique; no column is wider than a line that one can read."""
    names = publication.book.sheetnames
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 31 and not re.match(r"(Sheet|Blad)\d", name) for name in names)
    for sheet in publication.book:
        assert all(column.width <= 62 for column in sheet.column_dimensions.values())


def test_links_say_where_they_go(publication: Publication) -> None:
    """No bare address and no "click here"; every link leads to a sheet of the workbook."""
    for sheet in publication.book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink:
                    assert not re.search(r"://|klik|hier$", str(cell.value))
                    target = cell.hyperlink.location.rpartition("!")[0].strip("'")
                    assert target in publication.book.sheetnames


def test_footer_repeats_only_what_the_sheet_says(publication: Publication) -> None:
    """The page says its sheet, its number and the label of the data; no header."""
    for sheet in publication.book:
        assert not sheet.oddHeader.center.text
        assert sheet.oddFooter.left.text == "&A"
        assert sheet.oddFooter.right.text == "Pagina &P van &N"
        labels = (sheet.oddFooter.center.text or "").splitlines()
        assert labels == [sheet.cell(row, 1).value for row in range(2, 2 + len(labels))]
