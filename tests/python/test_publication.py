"""The workbook as a publication: what a careful reader, a screen reader and a printer need."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
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
