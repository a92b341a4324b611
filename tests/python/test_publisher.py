"""Who publishes and whose reference data these are, in every file that leaves: never invented."""

import json
from pathlib import Path

import openpyxl
import pytest

from twe.cli import main
from twe.export.publisher import GEOGRAPHY_CREDIT
from warehouse import Build

GIVEN = ("--organisation", "Dienst <Proef> & Co", "--licence", "Proeflicentie 1.0")
TO_FILL_IN = "in te vullen"


def exported(database: Path, out: Path, *options: str) -> dict[str, str]:
    """Write every kind of file of the exact edition; return the texts in which a publisher is named."""
    arguments = ["--database", str(database), "--out", str(out), "--edition", "exact", "--quiet"]
    assert main(["report", *arguments, *options]) == 0
    for form in ("xlsx", "csv"):
        assert main(["export", *arguments, "--format", form, *options]) == 0
    book = openpyxl.load_workbook(out / "bijlagen.xlsx")
    cover = "\n".join(
        f"{name}: {value}" for name, value in book["Voorblad"].iter_rows(max_col=2, values_only=True)
    )
    notes = "\n".join(str(row[2]) for row in book["Toelichting"].iter_rows(max_col=3, values_only=True))
    return {
        "cover": cover,
        "notes": notes,
        "package": (out / "csv/datapackage.json").read_text(),
        "read me": (out / "csv/leesmij.txt").read_text(),
        "report": (out / "rapport.html").read_text(),
    }


def test_nobody_is_invented(demonstration: Build, tmp_path: Path) -> None:
    texts = exported(demonstration.database, tmp_path)
    for name in ("cover", "package", "read me", "report"):
        assert TO_FILL_IN in texts[name], name
    for name in texts.keys() - {"cover"}:
        assert GEOGRAPHY_CREDIT in texts[name], name


def test_the_publisher_is_named_as_given(
    demonstration: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By options or by the environment."""
    monkeypatch.setenv("TWE_CONTACT", "An Peeters")
    texts = exported(demonstration.database, tmp_path, *GIVEN)
    sentence = "Uitgegeven door Dienst <Proef> & Co. Contact: An Peeters. Licentie: Proeflicentie 1.0."
    assert sentence in texts["read me"]
    for line in ("Uitgever: Dienst <Proef> & Co", "Contact: An Peeters", "Licentie: Proeflicentie 1.0"):
        assert line in texts["cover"].splitlines()
    assert "Uitgever: Dienst &lt;Proef&gt; &amp; Co" in texts["report"]
    package = json.loads(texts["package"])
    assert package["licenses"] == [{"name": "proeflicentie-1.0", "title": "Proeflicentie 1.0"}]
    assert package["contributors"] == [{"title": "Dienst <Proef> & Co", "roles": ["publisher"]}]
    assert not [name for name, text in texts.items() if TO_FILL_IN in text]


def test_more_than_a_line_is_refused(tmp_path: Path) -> None:
    assert main(["export", "--contact", "An\nPeeters"]) == 2
