"""The workbook says from which version, code and files its figures come, and when that isn't known."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from twe.cli import main
from twe.warehouse.publish import Options, publish
from twe.warehouse.versions import Versions
from warehouse import Build


@dataclass(frozen=True)
class Built:
    """A replacement of dbt that gives a warehouse which dbt built before."""

    build: Build

    def __call__(self, database: Path, variables: Mapping[str, object], lock: int) -> None:
        """Build into the new file `database`."""
        shutil.copy(self.build.database, database)
        with duckdb.connect(str(database)) as connection:
            connection.execute(
                "update quality.node_results set status = 'warn' where node in ("
                " select node from quality.node_results where resource_type = 'test' order by node limit 2)"
            )


def _tables(database: Path, out: Path) -> dict[str, list[tuple]]:
    """Return the rows of the tables of the workbook, by sheet."""
    assert (
        main(
            [
                "export",
                "--edition",
                "exact",
                "--database",
                str(database),
                "--out",
                str(out),
                "--annex",
                "1",
                "--quiet",
            ]
        )
        == 0
    )
    found = {}
    for sheet in load_workbook(out / "bijlage_1.xlsx"):
        (table,) = sheet.tables.values()
        found[sheet.title] = [tuple(cell.value for cell in row) for row in sheet[table.ref][1:]]
    return found


@pytest.fixture(scope="module")
def published(demonstration: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a published database of the bundled demonstration data."""
    database = tmp_path_factory.mktemp("origin") / "twe.duckdb"
    publish(Options(database, {}, 1, 0), Built(demonstration))
    return database


def test_the_workbook_tells_what_the_manifest_tells(published: Path, tmp_path: Path) -> None:
    """Version, code, files and tests; no path, since a path can hold the name of a person."""
    tables = _tables(published, tmp_path)
    manifest = Versions(published).all()[0].manifest
    origin = {what: value for _, what, value in tables["Herkomst"]}
    code = manifest["code"]
    assert origin["Nummer"] == "versie 1"
    assert origin["Toestand op (as_of)"] == "31 december 2024"
    assert origin["Map van de levering (raw_path)"] == "de gebundelde demonstratiegegevens"
    assert origin["Commit"] == (code["commit"] or "[x]")
    assert origin["SHA-256 van modellen en codelijsten"] == code["sha256"]
    assert all(f"{name} {version}" in origin["Programma's"] for name, version in code["tools"].items())
    assert origin["Gemeente volgens (municipality_of)"] == "OCMW"
    months = f"{manifest['variables']['measure_months']} maanden"
    assert origin["Meetdatum na het einde (measure_months)"] == months == "12 maanden"
    for annex, (first, last) in manifest["variables"]["reporting_years"].items():
        assert f"bijlage {annex}: {first}-{last}" in origin["Jaren (reporting_years)"]
    warned = [row[2] for row in tables["Herkomst"] if row[1] == "Controle met een waarschuwing"]
    assert warned == manifest["tests"]["warnings"] and len(warned) == 2
    files = [tuple(file.values()) for file in manifest["input_files"]]
    assert tables["Invoerbestanden"] == files and len(files) > 10
    tests = [row[2:] for row in tables["Kwaliteit"] if row[0] == "Controle"]
    assert tests == [
        ("Geslaagde controles", manifest["tests"]["passed"]),
        ("Controles met een waarschuwing", 2),
        ("Mislukte stappen en controles", 0),
    ]


def test_the_same_version_gives_the_same_bytes(published: Path, tmp_path: Path) -> None:
    """The origin adds nothing that changes from one export to the next."""
    _tables(published, tmp_path / "one")
    _tables(published, tmp_path / "two")
    assert (tmp_path / "one/bijlage_1.xlsx").read_bytes() == (tmp_path / "two/bijlage_1.xlsx").read_bytes()


def test_a_plain_build_has_no_known_origin(demonstration: Build, tmp_path: Path) -> None:
    """What the marts tell is told, the rest is marked."""
    _assert_unknown(_tables(demonstration.database, tmp_path))


def _assert_unknown(tables: dict[str, list[tuple]]) -> None:
    origin = {what: value for _, what, value in tables["Herkomst"]}
    known = {what for what, value in origin.items() if value != "[x]"}
    assert known == {
        "Toestand op (as_of)",
        "Gemeenten van (geography_date)",
        "Gemeente volgens (municipality_of)",
        "Meetdatum na het einde (measure_months)",
        "Venster na het einde (window_months)",
        "Jaren (reporting_years)",
    }
    assert tables["Invoerbestanden"] == [("[x]", "[x]", "[x]")]
    tests = [row[3] for row in tables["Kwaliteit"] if row[0] == "Controle"]
    assert tests[1:] == [0, 0] and tests[0] > 100
