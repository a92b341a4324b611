"""The command line of the export, and its forms beside the combined workbook."""

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from twe.cli import main
from twe.export import in_place
from twe.export.progress import progress_bar
from warehouse import PROJECT, Build

ANNEXES = range(1, 7)


def _export(database: Path, out: Path, *options: str) -> int:
    return main(["export", "--edition", "exact", "--database", str(database), "--out", str(out), *options])


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture(scope="module")
def database(demonstration: Build) -> Path:
    """Return a warehouse that dbt really built and tested."""
    return demonstration.database


@pytest.fixture(scope="module")
def workbooks(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the combined workbook and the six of one annex."""
    folder = tmp_path_factory.mktemp("workbooks")
    assert _export(database, folder) == 0
    assert _export(database, folder, "--annex", *map(str, ANNEXES)) == 0
    return folder


@pytest.fixture(scope="module")
def combined(workbooks: Path) -> Workbook:
    """Return the combined workbook."""
    return load_workbook(workbooks / "bijlagen.xlsx")


# --- one workbook and six -----------------------------------------------------------------------------


def test_one_workbook_per_annex(workbooks: Path) -> None:
    assert _files(workbooks) == [
        *(f"bijlage_{annex}.xlsx" for annex in ANNEXES),
        "bijlagen.xlsx",
    ]


@pytest.mark.parametrize("annex", ANNEXES)
def test_separate_workbook_equals_the_combined_one(workbooks: Path, combined: Workbook, annex: int) -> None:
    """The sheets of an annex are the same cell by cell; the cover tells of this annex only."""
    own = load_workbook(workbooks / f"bijlage_{annex}.xlsx")
    expected = [
        name
        for name in combined.sheetnames
        if name.startswith(f"Bijlage {annex}") or name == f"Totalen {annex}"
    ]
    assert [name for name in own.sheetnames if name in expected] == expected
    assert not [name for name in own.sheetnames if name.startswith("Bijlage") and name not in expected]
    assert own.sheetnames[0] == "Voorblad" and "Kwaliteit" in own.sheetnames
    for name in (*expected, "Kwaliteit"):
        assert list(own[name].values) == list(combined[name].values)
    assert f"bijlage {annex}" in own.properties.title


def test_links_lead_to_sheets_of_the_same_workbook(workbooks: Path) -> None:
    for path in workbooks.iterdir():
        book = load_workbook(path)
        targets = [
            cell.hyperlink.location
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.hyperlink
        ]
        assert targets
        assert {target.rpartition("!")[0].strip("'") for target in targets} <= set(book.sheetnames)


def test_a_second_reader_sees_the_same_cells(workbooks: Path, combined: Workbook) -> None:
    """Calamine, which shares no code with openpyxl, reads the same text and numbers."""
    second = CalamineWorkbook.from_path(str(workbooks / "bijlagen.xlsx"))
    assert second.sheet_names == combined.sheetnames
    for name in combined.sheetnames:
        first = [["" if value is None else value for value in row] for row in combined[name].values]
        assert second.get_sheet_by_name(name).to_python(skip_empty_area=False) == first


def test_separate_workbooks_are_reproducible(database: Path, workbooks: Path, tmp_path: Path) -> None:
    assert _export(database, tmp_path, "--annex", "6", "2", "6") == 0
    assert _files(tmp_path) == ["bijlage_2.xlsx", "bijlage_6.xlsx"]
    for name in _files(tmp_path):
        assert (tmp_path / name).read_bytes() == (workbooks / name).read_bytes()


# --- the command line -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [["--annex", "0"], ["--annex"], ["--annex", "een"], ["--format", "pdf"], ["--format"]],
)
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", *arguments]) == 2
    assert arguments[0] in capsys.readouterr().err


def test_an_annex_that_is_not_there_is_refused(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _export(database, tmp_path, "--annex", "1", "77") == 1
    assert capsys.readouterr().err == "There is no annex 77; the annexes are 1, 2, 3, 4, 5, 6.\n"
    assert _files(tmp_path) == []


def test_the_written_files_are_named(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _export(database, tmp_path, "--annex", "3", "6") == 0
    said = capsys.readouterr()
    assert said.out == "".join(f"Written: {tmp_path}/bijlage_{annex}.xlsx\n" for annex in (3, 6))
    assert said.err == ""


def test_quiet_says_nothing(database: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Not even on a terminal."""
    assert _export(database, tmp_path, "--annex", "6", "--quiet") == 0
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("is_quiet", "is_terminal"), [(False, True), (True, True), (False, False)])
def test_a_bar_only_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, is_quiet: bool, is_terminal: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    with progress_bar(is_quiet) as progress:
        progress.expect(2)
        progress.step("Bijlage 1")
        progress.expect(2)
    said = capsys.readouterr().err
    assert ("Bijlage 1" in said) == (is_terminal and not is_quiet)
    assert bool(said) == (is_terminal and not is_quiet)


def test_an_interruption_leaves_no_litter(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(in_place.os, "replace", interrupt)
    assert _export(database, tmp_path) == 130
    assert _files(tmp_path) == []
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("failing_move", range(1, 7))
def test_files_are_replaced_together_or_not_at_all(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing_move: int
) -> None:
    """Whichever move fails, the older files are there again, and a foreign file was never touched."""
    for name in ("bijlage_3.xlsx", "notes.txt"):
        (tmp_path / name).write_text("older")
    moves: Iterator[int] = iter(range(1, 100))
    really = os.replace

    def fail_once(source: Path, target: Path) -> None:
        if next(moves) == failing_move:
            raise OSError(28, "No space left on device")
        really(source, target)

    monkeypatch.setattr(in_place.os, "replace", fail_once)
    code = _export(database, tmp_path, "--annex", "3", "6")
    assert code == (1 if next(moves) > failing_move else 0)
    if code:
        assert _files(tmp_path) == ["bijlage_3.xlsx", "notes.txt"]
        assert (tmp_path / "bijlage_3.xlsx").read_text() == "older"
    assert (tmp_path / "notes.txt").read_text() == "older"


def test_the_script_runs_by_itself(database: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            str(PROJECT / "scripts" / "export_excel.py"),
            "--edition",
            "exact",
            "--annex",
            "6",
            "--out",
            ".",
        ],
        env=os.environ | {"TWE_DATABASE": str(database)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert _files(tmp_path) == ["bijlage_6.xlsx"]


# --- CSV and the data package -----------------------------------------------------------------------------

MARTS = {
    1: ["annex_1_started_trajectories"],
    2: ["annex_2_profile"],
    3: [
        "annex_3_by_booking_year",
        "annex_3_correction_triangle",
        "annex_3_wage_subsidies",
        "expected_changes",
    ],
    4: ["annex_4_ended_trajectories"],
    5: ["annex_5_outflow"],
    6: ["annex_6_decisions", "annex_6_transmissions"],
}
ALL_MARTS = [mart for annex in ANNEXES for mart in MARTS[annex]]
STANDARDS = ["csv-metadata.json", "dcat.jsonld", "figures.parquet", "figures.sdmx.csv", "figures.sdmx.xml"]
CASTS = {
    "integer": int,
    "number": Decimal,
    "string": str,
    "boolean": {"true": True, "false": False}.get,
    "date": date.fromisoformat,
}


@pytest.fixture(scope="module")
def package(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the data package of all annexes."""
    out = tmp_path_factory.mktemp("package")
    assert _export(database, out, "--format", "csv") == 0
    assert [path.name for path in out.iterdir()] == ["csv"]
    return out / "csv"


def _descriptor(package: Path) -> dict:
    return json.loads((package / "datapackage.json").read_text(encoding="utf-8"))


def _resource(package: Path, name: str) -> dict:
    (found,) = [resource for resource in _descriptor(package)["resources"] if resource["name"] == name]
    return found


def _rows(package: Path, name: str) -> list[dict[str, object]]:
    """Read a file as its schema says; an empty field is None where the schema calls it missing."""
    resource = _resource(package, name)
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    missing = resource["schema"]["missingValues"]
    with (package / resource["path"]).open(encoding=resource["encoding"], newline="") as file:
        reader = csv.DictReader(file, delimiter=resource["dialect"]["delimiter"], strict=True)
        assert reader.fieldnames == list(fields)
        return [
            {key: None if text in missing else CASTS[fields[key]["type"]](text) for key, text in row.items()}
            for row in reader
        ]


def _mart(database: Path, mart: str) -> list[dict[str, object]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        cursor = connection.execute(f"select * from marts.{mart}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("mart", ALL_MARTS)
def test_csv_equals_the_mart(database: Path, package: Path, mart: str) -> None:
    """Every cell, in the order of the key; amounts with their two decimals."""
    key = _resource(package, mart)["schema"]["primaryKey"]
    expected = sorted(_mart(database, mart), key=lambda row: [row[name] for name in key])
    assert _rows(package, mart) == expected
    first = (package / f"{mart}.csv").read_bytes()
    assert not first.startswith(b"\xef\xbb\xbf") and b"\r" not in first
    if expected and "paid_eur" in expected[0]:
        assert all(re.search(r"(,-?\d+\.\d\d){3}", line) for line in first.decode().splitlines()[1:])


def test_package_lists_its_files_and_no_other(package: Path) -> None:
    resources = _descriptor(package)["resources"]
    paths = [resource["path"] for resource in resources]
    assert sorted(paths) == sorted([*(f"{mart}.csv" for mart in ALL_MARTS), "answers.csv", "codes.csv"])
    # Every place in a text of a seed is filled.
    assert not [path for path in paths if "{" in (package / path).read_text(encoding="utf-8")]
    cubes = [f"annex_{annex}.jsonstat.json" for annex in ANNEXES]
    assert _files(package) == sorted([*paths, *cubes, *STANDARDS, "datapackage.json", "leesmij.txt"])
    for resource in resources:
        content = (package / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_schemas_hold_for_every_row(package: Path) -> None:
    """Types parse, required fields are filled, patterns match, keys are unique and never empty."""
    for resource in _descriptor(package)["resources"]:
        schema = resource["schema"]
        rows = _rows(package, resource["name"])
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys) == len(rows)
        assert not [key for key in keys if None in key]
        for field in schema["fields"]:
            values = [row[field["name"]] for row in rows]
            constraints = field.get("constraints", {})
            assert field["description"].strip()
            assert not constraints.get("required") or None not in values
            if "pattern" in constraints:
                assert all(re.fullmatch(constraints["pattern"], str(value)) for value in values)


def test_package_says_what_it_is(package: Path) -> None:
    found = _descriptor(package)
    assert "SYNTHETISCHE DEMONSTRATIEGEGEVENS" in found["description"]
    assert found["is_synthetic"] is True
    assert date.fromisoformat(found["as_of"]) and date.fromisoformat(found["geography_date"]) == date(
        2024, 12, 31
    )
    assert found["title"] and found["licenses"] and found["contributors"] and found["sources"]
    assert all("demonstratie" in source["title"] for source in found["sources"][:-1])
    assert all(re.fullmatch(r"[-a-z0-9._/]+", resource["name"]) for resource in found["resources"])
    titles = {resource["name"]: resource["title"] for resource in found["resources"]}
    # Of annexes 1, 3 and 4.
    assert titles["expected_changes"] == "Verwachte verdere wijzigingen"
    text = (package / "leesmij.txt").read_text(encoding="utf-8")
    assert text.startswith("SYNTHETISCHE") and all(f"{mart}.csv" in text for mart in ALL_MARTS)


def test_descriptions_are_those_of_the_database(database: Path, package: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        comments = connection.execute(
            "select table_name, column_name, comment from duckdb_columns() "
            f"where schema_name = 'marts' and list_contains({ALL_MARTS}, table_name)"
        ).fetchall()
    assert comments
    found = {
        (resource["name"], field["name"]): field["description"]
        for resource in _descriptor(package)["resources"]
        for field in resource["schema"]["fields"]
    }
    assert all(found[table, column] == comment for table, column, comment in comments)


def test_every_code_has_a_label(package: Path) -> None:
    labels = {(row["mart"], row["field"], row["code_group"], row["code"]) for row in _rows(package, "codes")}
    for mart, field, group in (
        ("annex_2_profile", "category", "dimension"),
        ("annex_4_ended_trajectories", "ending", None),
        ("annex_5_outflow", "outcome", "outcome_group"),
        ("annex_6_decisions", "decision", None),
    ):
        used = {(mart, field, row[group] if group else field, row[field]) for row in _rows(package, mart)}
        assert used and used <= labels


def test_a_package_of_some_annexes(database: Path, tmp_path: Path) -> None:
    """Only their files, and no code list where there are no codes."""
    assert _export(database, tmp_path, "--format", "csv", "--annex", "3", "1") == 0
    marts = [*MARTS[1], *MARTS[3]]
    assert [resource["name"] for resource in _descriptor(tmp_path / "csv")["resources"]] == [
        "answers",
        *MARTS[1],
        "annex_3_wage_subsidies",
        "annex_3_by_booking_year",
        "annex_3_correction_triangle",
        "expected_changes",
    ]
    cubes = ["annex_1.jsonstat.json", "annex_3.jsonstat.json"]
    described = ["answers.csv", "datapackage.json", "leesmij.txt", *cubes, *STANDARDS]
    assert _files(tmp_path / "csv") == sorted([*(f"{mart}.csv" for mart in marts), *described])
    text = (tmp_path / "csv" / "leesmij.txt").read_text(encoding="utf-8")
    assert "annex_4" not in text and "codes.csv" not in text


def test_the_duckdb_file_says_what_the_parquet_file_does(
    database: Path, package: Path, tmp_path: Path
) -> None:
    """With a comment on every table, view and column, under any name, and nothing to spare inside."""
    assert _export(database, tmp_path, "--format", "duckdb") == 0
    made = tmp_path / "cijfers.duckdb"
    assert not made.stat().st_mode & 0o222
    with duckdb.connect() as connection:
        connection.execute(f"attach '{made}' as other (read_only)")
        connection.execute("use other")
        rows = connection.execute("from figures").fetchall()
        metadata = f"select decode(value) from parquet_kv_metadata('{package}/figures.parquet') order by key"
        identifier, title = (value for (value,) in connection.execute(metadata).fetchall())
        assert identifier.startswith("urn:twe-ocmw:intern/") and "INTERN" in title and "SYNTHETISCH" in title
        assert rows == connection.execute(f"from '{package}/figures.parquet'").fetchall()
        labelled = "select waarde, markering, jaar from figures_labelled"
        assert connection.execute(labelled).fetchall() == [(row[8], row[9], row[7]) for row in rows]
        assert connection.execute("select distinct niveau from figures_labelled order by all").fetchall() == [
            ("gemeente",),
            ("gewest",),
            ("provincie",),
        ]
        assert connection.execute(
            "select list(name order by name), bool_and(comment <> '') from ("
            " select table_name as name, comment from duckdb_tables()"
            " union all select view_name, comment from duckdb_views() where not internal"
            " union all select 'column', comment from duckdb_columns() where not internal"
            ") where name <> 'column' or comment is null"
        ).fetchall() == [(["figures", "figures_labelled"], True)]
        assert connection.execute("select free_blocks from pragma_database_size()").fetchall()[-1] == (0,)
        with pytest.raises(duckdb.Error):
            connection.execute("delete from figures")


def test_the_package_is_reproducible(database: Path, package: Path, tmp_path: Path) -> None:
    assert _export(database, tmp_path, "--format", "csv") == 0
    for name in _files(package):
        assert (tmp_path / "csv" / name).read_bytes() == (package / name).read_bytes()


def _altered(database: Path, folder: Path, *statements: str) -> Path:
    copy = folder / "copy.duckdb"
    shutil.copy(database, copy)
    with duckdb.connect(str(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
    return copy


def test_claims_are_empty_or_exact(database: Path, package: Path, tmp_path: Path) -> None:
    """Not delivered is empty, never 0; delivered is what the mart says, quotes and all."""
    assert {(row["claims"], row["claimed_eur"]) for row in _rows(package, "annex_3_wage_subsidies")} == {
        (None, None)
    }
    name = 'Sint-\'s "Graven", Ünder\nbrakel'
    copy = _altered(
        database,
        tmp_path,
        "update marts.annex_3_wage_subsidies set claims = hash(nis_code) % 3, claimed_eur = 1234567890.10",
        "update marts.dim_parameters set is_synthetic = false",
        f"update marts.annex_3_wage_subsidies set municipality = '{name.replace(chr(39), chr(39) * 2)}'",
    )
    assert _export(copy, tmp_path, "--format", "csv", "--annex", "3") == 0
    rows = _rows(tmp_path / "csv", "annex_3_wage_subsidies")
    assert {row["municipality"] for row in rows} == {name}
    assert {row["claims"] for row in rows} == {0, 1, 2}
    assert {row["claimed_eur"] for row in rows} == {Decimal("1234567890.10")}
    for path in (tmp_path / "csv").iterdir():
        assert b"demonstratie" not in path.read_bytes().lower()


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_like_a_formula_is_refused(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], start: str
) -> None:
    copy = _altered(
        database,
        tmp_path,
        f"update marts.dim_figures set label_nl = '{start}' where category = 'warning'",
    )
    assert _export(copy, tmp_path / "out", "--format", "csv", "--annex", "6") == 1
    said = capsys.readouterr()
    assert "label_nl" in said.err and said.err.count("\n") == 1 and said.out == ""
    assert _files(tmp_path / "out") == []


# --- OpenDocument -----------------------------------------------------------------------------------------

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@needs_office
def test_ods_has_the_cells_of_the_workbook(database: Path, workbooks: Path, tmp_path: Path) -> None:
    """One file per workbook, nothing else; every sheet and cell arrives, in Belgian Dutch, in any folder."""
    folder = tmp_path / "a;b#c?d%20é"
    assert _export(database, folder, "--format", "ods", "--annex", "3", "6") == 0
    assert _files(folder) == ["bijlage_3.ods", "bijlage_6.ods"]
    for annex in (3, 6):
        with zipfile.ZipFile(folder / f"bijlage_{annex}.ods") as archive:
            assert b'fo:language="nl" fo:country="BE"' in archive.read("styles.xml")
            assert b"<dc:language>nl-BE<" in archive.read("meta.xml")
        made = CalamineWorkbook.from_path(str(folder / f"bijlage_{annex}.ods"))
        source = CalamineWorkbook.from_path(str(workbooks / f"bijlage_{annex}.xlsx"))
        assert made.sheet_names == source.sheet_names
        for name in source.sheet_names:
            assert made.get_sheet_by_name(name).to_python() == source.get_sheet_by_name(name).to_python()


@needs_office
def test_all_formats_at_once(database: Path, tmp_path: Path) -> None:
    """All are byte for byte reproducible but ods, of which LibreOffice orders styles, and DuckDB's file."""
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        assert _export(database, out, "--format", "all", "--annex", "6") == 0
    marts = [f"csv/{mart}.csv" for mart in MARTS[6]]
    package = [
        "csv",
        *marts,
        "csv/answers.csv",
        "csv/codes.csv",
        "csv/annex_6.jsonstat.json",
        "csv/datapackage.json",
        *(f"csv/{name}" for name in STANDARDS),
        "csv/leesmij.txt",
    ]
    books = ["bijlage_6.ods", "bijlage_6.xlsx", "cijfers.duckdb"]
    assert _files(first) == [*books, *sorted(package)] == _files(second)
    for name in _files(first):
        if (first / name).is_file() and not name.endswith((".ods", ".duckdb")):
            assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_ods_without_libreoffice_is_refused(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _export(database, tmp_path / "out", "--format", "all") == 1
    assert "needs LibreOffice" in capsys.readouterr().err
    assert _files(tmp_path) == []


def test_a_failing_libreoffice_is_one_sentence(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exit code of 0 without a file is a failure too."""
    office = tmp_path / "bin" / "soffice"
    office.parent.mkdir()
    office.write_text("#!/bin/sh\nexit 0\n")
    office.chmod(0o755)
    monkeypatch.setenv("PATH", str(office.parent), prepend=os.pathsep)
    assert _export(database, tmp_path / "out", "--format", "ods", "--annex", "6") == 1
    said = capsys.readouterr().err
    assert "can't convert bijlage_6.xlsx" in said and said.count("\n") == 1
    assert _files(tmp_path / "out") == []
