"""Every number of every public file is a cell of the protection, a constant or a class.

The files are made from the release alone. So each column of a release has its origin here, and the files are
made a second time from a release in which every figure is another number: what changes is a figure, by name,
and what doesn't is a constant or a class of a column that is listed.
"""

import csv
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from openpyxl import load_workbook

import foreign
import twe.export.job
import twe.report.job
from twe.export.data_package import package_tables
from twe.export.editions import Edition
from twe.export.job import Format, Order, export
from twe.export.progress import progress_bar
from twe.export.publisher import Publisher
from twe.export.warehouse import open_warehouse
from twe.report.job import report
from twe.standards.catalogue import read_catalogue
from twe.standards.dcat import described

CELL = "a published value, or an amount or average that goes with it"
GROUP = "how many municipalities share a row: markers that everybody can count"
CLASS = "a class, a share in tens, or a whole percent of Flanders"
CONSTANT = "a seed, variable, key or name; the same whatever the counts are"
ORIGINS = {
    ("publication", "publication_values"): {"published_value": CELL, "marker": CELL},
    ("publication", "publication_amounts"): {"amount_eur": CELL, "marker": CELL, "municipalities": GROUP},
    ("publication", "publication_statistics"): {"mean_months": CELL, "median_months": CELL},
    ("publication", "publication_summary"): {
        "cells": CONSTANT,
        "percent_of_cells_changed": CLASS,
        "percent_of_cells_hidden": CLASS,
    },
    ("quality", "quality_counts"): {"class_nl": CLASS},
    ("marts", "expected_changes"): {
        **dict.fromkeys(("known_on", "area", "years_ahead", "is_shown"), CONSTANT),
        "expected_percent": CLASS,
        "lowest_percent": CLASS,
        "highest_percent": CLASS,
        "percent_within": CLASS,
    },
}
# Of a table that isn't named above, every column is a constant; the views show what is in the tables.
CONSTANTS = {
    "marts": {
        *("areas", "dim_annexes", "dim_figures", "dim_municipalities", "dim_parameters"),
        *("dim_reporting_years", "inhabitants"),
    },
    "publication": {"choices", "markers", "places", "publication_areas", "publication_equations", "release"},
    "quality": {"node_results", "publication"},
    "reference": {"charts", "quality_codes", "sentence_figures", "sentences", "sheets"},
}
KEYS = {
    *("cell_id", "units_per_person", "is_published", "annex", "year", "area_level", "area_code", "area_id"),
    *("measure", "dimension", "category", "basis", "amount", "code_list", "extract", "code"),
}
# Every figure another number, far from any constant. A place names its cell, so cells are found by number.
TAGS = """
    update publication.publication_values as shown
    set published_value = 60000000 + 60 * numbers.number
    from (
        select cell_id, row_number() over (order by cell_id) as number from publication.publication_values
    ) as numbers
    where shown.cell_id = numbers.cell_id;
    update publication.publication_amounts set amount_eur = 700000000000 + rowid;
    update publication.publication_statistics
    set mean_months = 30000000 + rowid, median_months = 40000000 + rowid;
"""
# They follow from the other files.
FACTS_OF_FILES = {"bytes", "hash", "sha256"}
# A part of the values and amounts is left out, as other rules of protection do.
HIDDEN = """
    update publication.publication_values set published_value = null, marker = '[c]'
    where hash(cell_id) % 5 = 0;
    update publication.publication_amounts set amount_eur = null, marker = '[c]' where rowid % 5 = 0;
"""
NUMBER = re.compile(r"\d+(?:[.,\u00a0]\d+)*")


def numbers_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the part of each file and each number in it, as it is written; positions and styles left out."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xlsx":
            # The numbers of the sentences are calculated again in the tests of the answers.
            sentences = {row[1] for row in load_workbook(path)["Samenvatting"].iter_rows(values_only=True)}
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    if name.endswith(".xml"):
                        yield from _of_xml(name, archive.read(name), sentences)
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as lines:
                for row in csv.reader(lines):
                    yield from ((path.name, field) for field in row if NUMBER.fullmatch(field))
        elif path.suffix == ".html":
            page = path.read_text(encoding="utf-8")
            data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
            assert data
            yield from _of_json("page data", json.loads(data[1]))
            shown = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
            yield from (("page text", number) for number in NUMBER.findall(shown))
        elif path.suffix in (".json", ".jsonld"):
            yield from _of_json(path.name, json.loads(path.read_text(encoding="utf-8")))
        elif path.suffix == ".parquet":
            for field in {str(field) for row in duckdb.read_parquet(str(path)).fetchall() for field in row}:
                yield from ((path.name, number) for number in NUMBER.findall(re.sub(r"\.0+$", "", field)))
        elif path.suffix == ".xml":
            yield from _of_xml(path.name, path.read_bytes(), set())
        elif path.suffix == ".txt":
            yield from ((path.name, number) for number in NUMBER.findall(path.read_text(encoding="utf-8")))


def _of_xml(name: str, content: bytes, sentences: set[object]) -> Iterator[tuple[str, str]]:
    root = ElementTree.fromstring(content)
    is_sheet = name.startswith("xl/worksheets/")
    for element in root.iter():
        if is_sheet and element.tag.endswith("}c"):
            # The number of a shared text is its position.
            for value in () if element.get("t") == "s" else element:
                yield from ((name, number) for number in NUMBER.findall(value.text or ""))
        elif not is_sheet and element.text not in sentences and not element.tag.endswith("}definedName"):
            texts = [element.text or "", *(element.get(key) or "" for key in ("descr", "title"))]
            yield from ((name, number) for text in texts for number in NUMBER.findall(text))


def _of_json(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in FACTS_OF_FILES:
                continue
            yield from _of_json(f"{name} {key}" if len(name) < 40 else name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_json(name, inner)
    elif value is not None and not isinstance(value, bool):
        yield from ((name, number) for number in NUMBER.findall(f"{value}"))


def values_of(number: str) -> set[Decimal]:
    """Return what a number may mean, with a decimal point or in the Dutch notation."""
    found = {Decimal(re.sub(r"[.,\u00a0]", "", number))}
    if re.fullmatch(r"\d+\.\d+", number):
        found.add(Decimal(number))
    if re.fullmatch(r"[\d.\u00a0]+,\d+", number):
        found.add(Decimal(re.sub(r"[.\u00a0]", "", number).replace(",", ".")))
    return found


def write(release: Path, out: Path, monkeypatch: pytest.MonkeyPatch, *formats: Format) -> Path:
    """Write public files from a release alone, all those of a release by default; there is no warehouse."""
    from contextlib import contextmanager

    @contextmanager
    def only_release(*_: object) -> Iterator[object]:
        with open_warehouse(release, is_release=True) as opened:
            yield opened

    monkeypatch.setattr(twe.export.job, "open_edition", only_release)
    monkeypatch.setattr(twe.report.job, "open_edition", only_release)
    nowhere = out.parent / "nowhere.duckdb"
    order = Order(nowhere, out, Edition.PUBLIC, release)
    with progress_bar(is_quiet=True) as progress:
        export(order, frozenset(formats or {Format.XLSX, Format.CSV}), progress)
        report(order, progress)
    return out


def test_every_column_of_a_release_has_an_origin(released: Path) -> None:
    """A new table or column of a release is named here, or not carried over."""
    with duckdb.connect(str(released / "twe.publication.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where table_oid in (select table_oid from duckdb_tables())"
        ).fetchall()
        classes = connection.execute("select distinct class_nl from quality.quality_counts").fetchall()
        shares = connection.execute("select columns('percent.*') from publication.publication_summary")
        assert all(share % 10 == 0 for row in shares.fetchall() for share in row)
    unknown = [
        (schema, table, column)
        for schema, table, column in columns
        if table not in CONSTANTS[schema] and column not in KEYS | ORIGINS.get((schema, table), {}).keys()
    ]
    assert not unknown
    labels = (Path(__file__).parents[2] / "seeds/reference/count_classes.csv").read_text(encoding="utf-8")
    assert {label for (label,) in classes} <= {line.split(",")[3] for line in labels.splitlines()}


def test_every_number_has_an_origin(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers that don't change with the figures are constants; others are a figure, and its value."""
    release = released / "twe.publication.duckdb"
    plain = write(release, tmp_path / "plain", monkeypatch)
    for path in plain.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (released / "sent" / path.relative_to(plain)).read_bytes(), path.name
    tagged_release = tmp_path / "tagged.duckdb"
    shutil.copy(release, tagged_release)
    with duckdb.connect(str(tagged_release)) as connection:
        connection.execute(TAGS)
    names = figures_of(tagged_release)
    # The alternative texts of charts give amounts in whole euros.
    published = {rounded for value in figures_of(release) for rounded in (value, round(value))}
    tagged, before = (
        set(numbers_of(write(tagged_release, tmp_path / "tagged", monkeypatch))),
        set(numbers_of(plain)),
    )
    counted = {"figure": 0, "constant": 0, "share": 0}
    strange = []
    for part, number in sorted(tagged):
        if values_of(number) & names.keys():
            counted["figure"] += 1
        elif (part, number) in before:
            counted["constant"] += 1
        elif is_share(part, number):
            counted["share"] += 1
        else:
            strange.append((part, number))
    for part, number in sorted(before - tagged):
        if not values_of(number) & published and not is_share(part, number):
            strange.append((part, number))
    assert not strange, strange[:20]
    assert counted["figure"] > 1000 and counted["constant"] > 1000 and counted["share"] > 0


@pytest.mark.slow
def test_other_libraries_read_every_public_cell(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All forms say what the CSV files do: the value or that it is left out, and what it is rounded to."""
    release = tmp_path / "hidden.duckdb"
    shutil.copy(released / "twe.publication.duckdb", release)
    with duckdb.connect(str(release)) as connection:
        connection.execute(HIDDEN)
        counts = connection.execute(
            "select annex, measure, dimension, category, base * units_per_person"
            " from marts.dim_figures cross join publication.release where kind = 'count'"
        ).fetchall()
    folder = write(release, tmp_path / "hidden", monkeypatch) / "csv_publiek"
    shown = foreign.public_cells(folder, release)
    assert foreign.sdmx_cells(folder, "F", {foreign.code_of(*name): step for *name, step in counts}) == shown
    assert foreign.json_stat_cells(folder) == foreign.parquet_cells(folder) == shown
    statuses = [status for _, status in shown.values()]
    assert 0.1 < statuses.count("Q") / len(statuses) < 0.3
    foreign.check_csvw(folder)
    foreign.check_data_package(folder)
    with open_warehouse(release, is_release=True) as warehouse:
        build, annexes = warehouse.build_info(), warehouse.annexes()
        publisher = Publisher("Dienst", "an@voorbeeld.invalid", "https://voorbeeld.invalid/licentie")
        catalogue = read_catalogue(
            warehouse, annexes, package_tables(warehouse, annexes, build), build, publisher
        )
    assert not foreign.check_dcat(json.dumps(described(catalogue, ["codes.csv"])), {"codes.csv"})


def test_the_duckdb_file_holds_what_is_published(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One table, with the rows of the Parquet file, and no part of the file without content."""
    release = released / "twe.publication.duckdb"
    out = write(release, tmp_path / "out", monkeypatch, Format.DUCKDB)
    published = released / "sent/csv_publiek/figures.parquet"
    with duckdb.connect(str(out / "cijfers_publiek.duckdb"), read_only=True) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("figures",)]
        rows = connection.execute("from figures").fetchall()
        assert rows == connection.execute(f"from '{published}'").fetchall()
        assert connection.execute("select free_blocks from pragma_database_size()").fetchall() == [(0,)]


def is_share(part: str, number: str) -> bool:
    """Return whether a number may be a share or change of published figures, and so changes with them."""
    if part == "answers.csv":  # Its shares and changes are calculated again in the tests of the answers.
        return Decimal(number) < 2 and "." in number
    return part.startswith(("xl/charts/", "xl/drawings/")) and number.isdigit() and int(number) <= 100


def figures_of(release: Path) -> dict[Decimal, str]:
    """Return the name of the cell, amount or average behind each number."""
    with duckdb.connect(str(release), read_only=True) as connection:
        rows = connection.execute(
            "select published_value, cell_id from publication.publication_values where is_published"
            " union all select amount_eur, concat_ws(' ', basis, amount, year, area_code)"
            " from publication.publication_amounts"
            " union all select months, concat_ws(' ', statistic, year, area_code)"
            " from publication.publication_statistics"
            " unpivot (months for statistic in (mean_months, median_months))"
        ).fetchall()
    return {abs(Decimal(value)): name for value, name in rows if value is not None}
