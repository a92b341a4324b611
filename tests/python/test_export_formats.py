"""The command line of the export, and its forms beside the combined workbook."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

import export_excel
from twe.export import publish
from twe.export.progress import progress_bar
from warehouse import PROJECT, Build

ANNEXES = range(1, 7)


def _export(database: Path, out: Path, *options: str) -> int:
    return export_excel.main(["--database", str(database), "--out", str(out), *options])


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
    assert _files(workbooks) == [*(f"bijlage_{annex}.xlsx" for annex in ANNEXES), "bijlagen.xlsx"]


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
    [["--annex", "7"], ["--annex", "0"], ["--annex"], ["--annex", "een"], ["--format", "pdf"], ["--format"]],
)
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        export_excel.main(arguments)
    assert stopped.value.code == 2
    assert arguments[0] in capsys.readouterr().err


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

    monkeypatch.setattr(publish.os, "replace", interrupt)
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

    monkeypatch.setattr(publish.os, "replace", fail_once)
    code = _export(database, tmp_path, "--annex", "3", "6")
    assert code == (1 if next(moves) > failing_move else 0)
    if code:
        assert _files(tmp_path) == ["bijlage_3.xlsx", "notes.txt"]
        assert (tmp_path / "bijlage_3.xlsx").read_text() == "older"
    assert (tmp_path / "notes.txt").read_text() == "older"


def test_the_script_runs_by_itself(database: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "scripts" / "export_excel.py"), "--annex", "6", "--out", "."],
        env=os.environ | {"TWE_DATABASE": str(database)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert _files(tmp_path) == ["bijlage_6.xlsx"]
