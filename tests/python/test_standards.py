"""The CSV package in other standards: what libraries of others read is what its CSV files say.

The public edition is compared in `test_public_numbers.py`, which releases one.
"""

import json
from pathlib import Path

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
