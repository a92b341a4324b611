"""The CSV package in other standards: what libraries of others read is what its CSV files say.

The public edition is compared in `test_public_numbers.py`, which releases one.
"""

import json
from pathlib import Path

import duckdb
import pytest

import foreign
from twe.cli import main
from warehouse import Build


@pytest.fixture(scope="module")
def package(demonstration: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the exact CSV package of two annexes."""
    return written(demonstration, tmp_path_factory.mktemp("standards"), "--annex", "1", "3")


def written(demonstration: Build, out: Path, *options: str) -> Path:
    """Write an exact CSV package and return its folder."""
    arguments = ["--database", str(demonstration.database), "--out", str(out), "--format", "csv", "--quiet"]
    assert main(["export", *arguments, *options]) == 0
    return out / "csv"


def test_csvw_reads_every_cell(package: Path) -> None:
    foreign.check_csvw(package)


def test_frictionless_reads_every_cell(package: Path) -> None:
    foreign.check_data_package(package)


def test_statistical_programs_read_every_figure(demonstration: Build, tmp_path: Path) -> None:
    """Every figure with a column in a CSV file, and the totals of provinces and Flanders beside them."""
    package = written(demonstration, tmp_path)
    shown = foreign.exact_cells(package)
    found = foreign.sdmx_cells(package, "N")
    assert len(shown) > 50_000 and {key: found.get(key) for key in shown} == shown
    assert {status for _, status in shown.values()} == {"A", "O"}
    assert foreign.json_stat_cells(package) == foreign.parquet_cells(package) == found
    with duckdb.connect(str(demonstration.database), read_only=True) as connection:
        figures = connection.execute(
            "select annex, measure, dimension, category, area_code, year, value from marts.figures"
        ).fetchall()
    assert found == {
        (foreign.code_of(*names), area, str(year)): foreign.cell("" if value is None else str(value), "O")
        for *names, area, year, value in figures
    }


def test_an_exact_package_is_no_open_data(package: Path, demonstration: Build, tmp_path: Path) -> None:
    """Nobody is invented; what the profile misses is what was not given, and that the data are not public."""
    given = ("--contact", "An Peeters, an@voorbeeld.invalid", "--licence", "Proeflicentie 1.0")
    assert missing(package) == {"accessRights", "statuut", "hasEmail", "license"}
    named = written(demonstration, tmp_path, "--annex", "1", *given)
    assert missing(named) == {"accessRights", "statuut"}
    foreign.check_data_package(named)


def missing(package: Path) -> set[str]:
    """Return what the shapes miss of a package."""
    files = {path.name for path in package.iterdir()} - {"dcat.jsonld"}
    return foreign.check_dcat((package / "dcat.jsonld").read_text(encoding="utf-8"), files)


def test_identifiers_begin_with_the_base(
    demonstration: Build, package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The default is a name; an address is used as it is given, and what is none is refused."""
    assert identifiers(package) == "urn:twe-ocmw:intern"
    base = ("--annex", "1", "--base-uri", "https://voorbeeld.invalid/twe/")
    assert identifiers(written(demonstration, tmp_path, *base)) == "https://voorbeeld.invalid/twe/intern"
    for text in ("twe/", "https://voorbeeld.invalid/twe", "urn:twe ocmw:"):
        assert main(["export", "--base-uri", text]) == 2
        assert "absolute URI" in capsys.readouterr().err


def identifiers(package: Path) -> str:
    """Return the identifier of the data set, of which that of the version is a part."""
    described = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    metadata = json.loads((package / "csv-metadata.json").read_text(encoding="utf-8"))
    assert metadata["@id"] == f"{described['id']}/{described['version']}"
    return described["id"]
