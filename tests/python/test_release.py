"""What is sent: one folder, whole or not there, registered, and proved to be what was released."""

import json
import os
import random
import shutil
import signal
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from openpyxl import load_workbook

import small_release
import twe.protection.job
from conftest import move_register
from twe.cli import main
from twe.export.sheets import DRAFT_LABEL, INTERNAL_LABEL
from twe.protection.attack import Verdict
from twe.protection.register import begin_register, known_entry, open_register
from warehouse import forked

NAMES = {"bijlagen_publiek.xlsx", "csv_publiek", "rapport_publiek.html", "manifest.json"}
STEPS_APART = 1 if "TWE_KILLS" in os.environ else 15


def release(database: Path, out: Path, *options: str) -> int:
    return main(["release", "--database", str(database), "--out", str(out), "--quiet", *options])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def register_of(database: Path) -> Path:
    return database.with_suffix(".register.duckdb")


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one sentence on standard error."""
    (sentence,) = capsys.readouterr().err.splitlines()
    return sentence


@pytest.fixture(scope="module")
def released(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the folder with a release, in which commands may write."""
    folder = Path(shutil.copytree(released, tmp_path_factory.mktemp("release") / "released"))
    move_register(folder)
    return folder


@pytest.fixture
def attacked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the attack on the same counts as in the first release."""
    monkeypatch.setattr(twe.protection.job, "attacked", lambda *_: Verdict())


@pytest.fixture
def sent(released: Path, tmp_path: Path) -> Path:
    """Return a copy of the folder that was released."""
    return Path(shutil.copytree(released / "sent", tmp_path / "sent"))


def test_it_holds_everything_and_says_which_release_it_is(released: Path) -> None:
    """Workbook, page, CSV package and manifest carry register, number and hash, and no label of a draft."""
    folder = released / "sent"
    assert {path.name for path in folder.iterdir()} == NAMES
    register = open_register(register_of(released / "twe.duckdb"))
    (entry,) = register.entries
    place = {
        "register": register.register_id,
        "number": 1,
        "version": "1.0.0",
        "content_sha256": entry.content,
    }
    assert json.loads((folder / "manifest.json").read_text())["release"] == place
    assert json.loads((folder / "csv_publiek/datapackage.json").read_text())["release"] == place
    cover = " ".join(
        str(value)
        for row in load_workbook(folder / "bijlagen_publiek.xlsx")["Voorblad"].values
        for value in row
    )
    page = (folder / "rapport_publiek.html").read_text(encoding="utf-8")
    for text in (cover, page):
        assert "1.0.0 (eerste uitgave met een versienummer)" in text
        assert f"nummer 1 in het register van publicaties. Register {register.register_id}" in text
        assert entry.content in text
        assert DRAFT_LABEL not in text and INTERNAL_LABEL not in text
    with duckdb.connect(str(released / "twe.publication.duckdb"), read_only=True) as connection:
        assert connection.execute(
            "select register_id, release, version, content_sha256 from publication.release"
        ).fetchall() == [tuple(place.values())]


@pytest.mark.slow
@pytest.mark.usefixtures("attacked_before")
def test_made_twice_it_is_the_same(released: Path, tmp_path: Path) -> None:
    """Byte for byte and under the same number, so that a command that was cut off may be given again."""
    database = released / "twe.duckdb"
    assert release(database, tmp_path / "again") == 0
    assert contents(tmp_path / "again") == contents(released / "sent")
    assert len(open_register(register_of(database)).entries) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("attacked_before")
def test_other_files_of_the_same_figures_are_another_release(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "twe.duckdb"
    for name in ("twe.duckdb", "twe.register.duckdb", "twe.publication.duckdb"):
        shutil.copy(released / name, tmp_path)
    shutil.copytree(released / "twe.duckdb.versions", tmp_path / "twe.duckdb.versions")
    out = Path(shutil.copytree(released / "sent", tmp_path / "sent"))
    assert release(database, out, "--edition", "exact") == 1
    assert said(capsys) == f"Another release is in {out} already; name a new folder."
    named = ["--organisation", "VDAB", "--register", str(register_of(database))]
    assert release(database, tmp_path / "other", *named) == 0
    first, second = open_register(register_of(database)).entries
    assert first.content == second.content and first.files != second.files
    assert (first.version, second.version) == ("1.0.0", "1.0.1")
    assert main(["verify", str(tmp_path / "other"), "--register", str(register_of(database))]) == 0


def test_the_exact_edition_is_the_same_without_register(released: Path, tmp_path: Path) -> None:
    database = tmp_path / "twe.duckdb"
    shutil.copy(released / "twe.duckdb", database)
    for name in ("one", "two"):
        assert release(database, tmp_path / name, "--edition", "exact") == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert {path.name for path in (tmp_path / "one").iterdir()} == {
        *("bijlagen.xlsx", "csv", "rapport.html", "manifest.json")
    }
    assert not register_of(database).exists()
    assert main(["verify", str(tmp_path / "one")]) == 0


@pytest.mark.usefixtures("attacked_before")
def test_without_its_register_nothing_is_released(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy of a warehouse does not begin a history of its own without being told to."""
    database = tmp_path / "twe.duckdb"
    shutil.copy(released / "twe.duckdb", database)
    assert release(database, tmp_path / "sent") == 1
    assert "There is no register" in (sentence := said(capsys)) and "--new-register" in sentence
    # The release beside the copy knows of the register, which is out of reach here.
    shutil.copy(released / "twe.publication.duckdb", tmp_path)
    with duckdb.connect(str(tmp_path / "twe.publication.duckdb")) as connection:
        connection.execute("update publication.choices set value = '/gone.duckdb' where name = 'register'")
    for options in ([], ["--new-register"]):
        assert release(database, tmp_path / "sent", *options) == 1
        assert "is release 1 in it; put it back from a backup" in said(capsys) or options
    assert main(["protect", "--database", str(database), "--quiet"]) == 1
    assert "put it back from a backup, or name it with --register" in said(capsys)
    assert release(database, tmp_path / "sent", "--register", str(register_of(released / "twe.duckdb"))) == 0
    assert contents(tmp_path / "sent") == contents(released / "sent")


def test_the_register_of_another_is_refused(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By every command that reads one."""
    database = released / "twe.duckdb"
    other = tmp_path / "twe.duckdb"
    begin_register(register_of(other), other)
    foreign = ["--register", str(register_of(other))]
    for command in (
        ["release", "--database", str(database), "--out", str(tmp_path / "x"), *foreign],
        ["protect", "--database", str(database), *foreign],
        ["audit", "--database", str(database), *foreign],
        ["releases", "--database", str(database), *foreign],
        ["verify", str(released / "sent"), *foreign],
    ):
        assert main(command) == 1
        assert "name that one with --register" in said(capsys), command
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda folder: (folder / "bijlagen_publiek.xlsx").write_bytes(b""), "was changed"),
        (lambda folder: (folder / "csv_publiek/codes.csv").unlink(), "is gone"),
        (lambda folder: (folder / "csv_publiek/more.csv").write_text("a"), "was added"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "is not a folder made by twe release"),
        (lambda folder: (folder / "manifest.json").unlink(), "is not a folder made by twe release"),
    ],
)
def test_a_changed_folder_is_found_by_itself(
    sent: Path, change: object, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(sent)]) == 0
    assert callable(change)
    change(sent)
    capsys.readouterr()
    assert main(["verify", str(sent)]) == 1
    assert told in said(capsys)


def test_a_manifest_made_to_fit_is_found_by_the_register(
    released: Path, sent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever changes a file may change its hash too; the register has the hash of the manifest."""
    register = ["--register", str(register_of(released / "twe.duckdb"))]
    assert main(["verify", str(sent), *register]) == 0
    manifest = json.loads((sent / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = [file for file in manifest["files"] if file["path"] != "csv_publiek/codes.csv"]
    (sent / "csv_publiek/codes.csv").unlink()
    (sent / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert main(["verify", str(sent)]) == 0
    capsys.readouterr()
    assert main(["verify", str(sent), *register]) == 1
    assert "its manifest is not that of the release" in said(capsys)


def test_another_folder_is_never_touched(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    assert release(released / "twe.duckdb", tmp_path) == 1
    assert said(capsys) == f"The folder {tmp_path} is not empty; name a new one."
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_killed_before_any_step_there_is_nothing_or_a_registered_release(
    released: Path, tmp_path: Path
) -> None:
    """The same command then makes the one release of the register, and leaves nothing else."""
    prepared = tmp_path / "prepared.duckdb"
    small_release.prepare(released / "twe.publication.duckdb", prepared)

    def run(folder: Path, step: int | None) -> int:
        code = forked(small_release.release_until, folder / "twe.duckdb", prepared, folder / "sent", step)
        assert code in (0, -signal.SIGKILL)
        return code

    seen: list[bool] = []
    step = random.randint(1, STEPS_APART)
    while True:
        folder = tmp_path / f"step_{step}"
        folder.mkdir()
        os.link(released / "twe.duckdb", folder / "twe.duckdb")
        register, sent = register_of(folder / "twe.duckdb"), folder / "sent"
        code = run(folder, step)
        seen.append(sent.exists())
        if sent.exists():
            assert main(["verify", str(sent), "--register", str(register)]) == 0
        assert run(folder, None) == 0
        assert main(["verify", str(sent), "--register", str(register)]) == 0
        (entry,) = open_register(register).entries
        assert entry == known_entry(folder / "twe.duckdb")
        assert {path.name for path in folder.iterdir()} == {
            *("twe.duckdb", "twe.duckdb.versions", "twe.register.duckdb", "twe.publication.duckdb", "sent")
        }
        if code == 0:
            break
        step += STEPS_APART
    assert set(seen) == {False, True} and seen == sorted(seen)


def test_values_that_change_after_a_merger_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readers get no other values without the list of them."""
    (tmp_path / "twe.duckdb").touch()
    monkeypatch.setattr(twe.protection.job, "make_safe", lambda *_: SimpleNamespace(moved=3))
    assert release(tmp_path / "twe.duckdb", tmp_path / "sent", "--new-register") == 1
    assert "3 published values change after the merger" in capsys.readouterr().err
    assert not (tmp_path / "sent").exists()
