"""A publication is whole or nothing: what is kept, what is refused, and who waits."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from openpyxl import load_workbook

from small_warehouse import PATHS, SmallBuild, assert_in_order, mark_of, order
from twe.cli import main
from twe.errors import PublishError
from twe.warehouse.dbt import _lines, log_of
from twe.warehouse.files import connect, sha256
from twe.warehouse.listing import listing
from twe.warehouse.publish import publish, restore
from twe.warehouse.status import check
from twe.warehouse.versions import Versions
from warehouse import PROJECT


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return where to publish: nothing is there yet."""
    return tmp_path / "shared" / "twe.duckdb"


@contextmanager
def started(code: str, *arguments: object) -> Iterator[subprocess.Popen]:
    """Run Python code in another process that has said it is ready; it ends with the block at the latest."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=PATHS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


# --- versions ---------------------------------------------------------------------------------------------


def test_the_last_versions_are_kept_with_their_manifests(database: Path) -> None:
    """The published one and as many before it as asked for; each manifest describes its own database."""
    for mark in range(1, 6):
        assert publish(order(database, keep=2), SmallBuild(mark)) == mark
    assert mark_of(database) == 5
    assert_in_order(database)
    versions = Versions(database).all()
    assert [version.number for version in versions] == [3, 4, 5]
    assert [mark_of(version.database) for version in versions[:-1]] == [3, 4]
    assert len({database.stat().st_ino, *(v.database.stat().st_ino for v in versions[:-1])}) == 3


def test_a_manifest_tells_where_the_figures_come_from(database: Path, folder: Path) -> None:
    """Variables, code, the files that were read and only those, balance, tests, the database file."""
    (folder / "raw_outflow_1.csv").write_text("a,b\n1,2\n")
    (folder / "holidays.csv").write_text("not an extract\n")
    publish(order(database, raw_path=folder), SmallBuild(1))
    told = Versions(database).all()[0].manifest
    assert told["variables"]["raw_path"] == str(folder)
    assert told["variables"]["as_of"] == "2024-12-31"
    settings = ("municipality_of", "measure_months", "window_months")
    assert [told["variables"][name] for name in settings] == ["ocmw", 12, 6]
    assert told["variables"]["reporting_years"] == {"1": [2020, 2020]}
    assert told["balance"] == {"raw_outflow": {"delivered": 3, "accepted": 2, "quarantined": 1}}
    assert told["tests"] == {"passed": 2, "warned": 1, "warnings": ["a_test_that_warned"]}
    assert told["database"]["sha256"] == sha256(database)
    delivered = [file for file in told["input_files"] if "/" not in file["name"]]
    assert delivered == [
        {"name": "raw_outflow_1.csv", "bytes": 8, "sha256": sha256(folder / "raw_outflow_1.csv")}
    ]
    reference = {file["name"] for file in told["input_files"]} - {"raw_outflow_1.csv"}
    assert reference == {f"seeds/reference/{path.name}" for path in PROJECT.glob("seeds/reference/*.csv")}
    with duckdb.connect(str(database), read_only=True) as connection:
        stored = connection.execute("select file, bytes, sha256 from quality.input_files").fetchall()
        assert stored == [tuple(file.values()) for file in told["input_files"]]
        # The path of a folder can hold the name of a person.
        row = connection.execute("select delivery, version, code_sha256 from quality.publication").fetchall()
        assert row == [(folder.name, 1, told["code"]["sha256"])]


def test_a_published_file_keeps_no_path(database: Path, tmp_path: Path) -> None:
    """The name of a folder above the delivery is nowhere in the bytes, as test_landing.py asks of a build."""
    folder = tmp_path / "case of An Peeters" / "delivery"
    folder.mkdir(parents=True)
    (folder / "raw_outflow.csv").write_text("a,b\n1,2\n")
    publish(order(database, raw_path=folder), SmallBuild(1))
    assert folder.parent.name.encode() not in database.read_bytes()
    with duckdb.connect(str(database), read_only=True) as connection:
        told = connection.execute("select distinct variables from quality.node_results").fetchall()
        assert told == [("raw_path: delivery",)]


def test_a_publication_is_compared_with_an_earlier_day_or_version(database: Path) -> None:
    """The earlier state is built first, or is the very file that was published; the manifest says which."""
    asked: list[tuple[str, dict[str, object]]] = []

    def build(into: Path, variables: Mapping[str, object], lock: int) -> None:
        earlier = variables.get("previous_database")
        assert earlier is None or Path(str(earlier)).is_file()
        asked.append((into.name, dict(variables)))
        SmallBuild(len(asked))(into, variables, lock)

    publish(replace(order(database), previous_as_of="2024-03-01"), build)
    (first, with_day), (second, with_file) = asked
    assert with_day == {"as_of": "2024-03-01"} and list(with_file) == ["previous_database"]
    assert Path(str(with_file["previous_database"])).name == first != second == database.name
    assert Versions(database).all()[0].manifest["given_variables"] == {"previous_as_of": "2024-03-01"}
    publish(replace(order(database), previous_version=1), build)
    assert asked[-1][1] == {"previous_database": str(database)}
    publish(replace(order(database), previous_version=2), build)
    assert_in_order(database)
    with pytest.raises(PublishError, match="version 9 is not among the kept ones"):
        publish(replace(order(database), previous_version=9), build)
    kept = Versions(database).all()[0].database
    kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    with pytest.raises(PublishError, match="the file of version 1 is damaged"):
        publish(replace(order(database), previous_version=1), build)


def test_a_database_changed_in_place_is_not_kept_as_a_good_one(database: Path) -> None:
    """A plain build over the published file makes it something else; kept files don't change with it."""
    publish(order(database), SmallBuild(1))
    publish(order(database), SmallBuild(2))
    with duckdb.connect(str(database)) as connection:
        connection.execute("update marts.figures set mark = 9")
    assert "isn't a published version" in listing(Versions(database))
    assert publish(order(database), SmallBuild(3)) == 3
    assert_in_order(database)
    assert [version.number for version in Versions(database).all()] == [1, 3]
    assert mark_of(Versions(database).all()[0].database) == 1


def test_dropping_personal_data_keeps_versions_what_they_are(database: Path) -> None:
    """The published and a kept version can be told, and restored, after their rows are gone."""
    for mark in (1, 2):
        publish(order(database), SmallBuild(mark))
    kept = Versions(database).all()[0].database
    for file in (database, kept):
        before = sha256(file)
        assert main(["drop-personal-data", str(file)]) == 0
        assert sha256(file) != before
    first, second = Versions(database).all()
    assert first.is_good(kept) and second.is_good(database)
    assert "personal_data_dropped_at" in first.manifest and "personal_data_dropped_at" in second.manifest
    assert Versions(database).current() == second
    restore(order(database), 1)
    assert Versions(database).current().number == 1


def test_no_earlier_version_is_kept_when_none_is_wanted(database: Path) -> None:
    """The published one stays, with its manifest."""
    for mark in (1, 2):
        publish(order(database, keep=0), SmallBuild(mark))
    assert [version.number for version in Versions(database).all()] == [2]
    assert_in_order(database)


def test_versions_are_kept_where_there_are_no_hard_links(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then by a copy."""

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    for mark in (1, 2):
        publish(order(database), SmallBuild(mark))
    assert_in_order(database)
    assert mark_of(Versions(database).all()[0].database) == 1


def test_a_kept_version_can_be_published_again(database: Path) -> None:
    """It comes back to the byte, and the one it replaces is kept."""
    publish(order(database), SmallBuild(1))
    first = sha256(database)
    publish(order(database), SmallBuild(2))
    restore(order(database), 1)
    assert sha256(database) == first
    assert_in_order(database)
    lines = listing(Versions(database)).splitlines()
    assert [line.split()[:2] for line in lines] == [["2", "kept"], ["1", "published"]]
    with pytest.raises(PublishError, match="version 1 is the published one"):
        restore(order(database), 1)
    with pytest.raises(PublishError, match="version 7 is not among the kept ones"):
        restore(order(database), 7)
    assert publish(order(database), SmallBuild(3)) == 3
    assert_in_order(database)


def test_a_damaged_version_is_told_and_refused(database: Path) -> None:
    """One changed byte is enough."""
    publish(order(database), SmallBuild(1))
    publish(order(database), SmallBuild(2))
    kept = Versions(database).all()[0].database
    with kept.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    assert listing(Versions(database)).splitlines()[1].split()[:2] == ["1", "damaged"]
    with pytest.raises(PublishError, match="version 1 is damaged"):
        restore(order(database), 1)
    assert mark_of(database) == 2


@pytest.mark.parametrize("name", ["marts", "temp", "system", "quality d'été"])
def test_the_database_may_have_any_name(tmp_path: Path, name: str) -> None:
    """The file is never opened under its own name, which may be that of a schema."""
    database = tmp_path / f"{name}.duckdb"
    publish(order(database), SmallBuild(1))
    with connect(database) as connection:
        assert connection.execute("select version from quality.publication").fetchall() == [(1,)]
        assert check(connection) is None


@pytest.mark.parametrize(
    "change",
    [
        "update marts.dim_parameters set layout_version = 0",
        "alter table marts.dim_parameters drop column layout_version",
    ],
)
def test_a_version_of_another_layout_is_told_and_refused(database: Path, change: str) -> None:
    """The list names the code that made it; what can't be read is not published again."""

    def other(into: Path, variables: Mapping[str, object], lock: int) -> None:
        SmallBuild(1)(into, variables, lock)
        with duckdb.connect(str(into)) as connection:
            connection.execute(change)

    publish(order(database), SmallBuild(1))
    with pytest.raises(PublishError, match="made by another version of the project: build it again"):
        publish(order(database), other)
    version = Versions(database).all()[0]
    with duckdb.connect(str(database)) as connection:
        connection.execute(change)
    Versions(database).reseal(version, database, {"layout_version": 0})
    publish(order(database), SmallBuild(2))
    second, first = listing(Versions(database)).splitlines()
    made_by = f"made by version {version.manifest['code']['project']}"
    assert made_by in first and "build it again" in first
    assert made_by in second and "build it again" not in second
    with pytest.raises(PublishError, match=f"version 1 can't be read: .*, {made_by}.*: build it again"):
        restore(order(database), 1)
    assert_in_order(database)


def test_a_link_leads_to_the_database_it_names(database: Path, tmp_path: Path) -> None:
    """The link stays a link, and both names have the same versions and lock."""
    publish(order(database), SmallBuild(1))
    (tmp_path / "link.duckdb").symlink_to(database)
    publish(order(tmp_path / "link.duckdb"), SmallBuild(2))
    assert (tmp_path / "link.duckdb").is_symlink()
    assert mark_of(database) == 2
    assert_in_order(database)


def test_the_log_of_dbt_is_kept_beside_the_manifest(database: Path) -> None:
    """Of a build that failed, where the sentence says; until the next one succeeds."""

    def build(into: Path, variables: Mapping[str, object], lock: int) -> None:
        SmallBuild(1)(into, variables, lock)
        log_of(into).write_text("what dbt said")

    def fail(into: Path, variables: Mapping[str, object], lock: int) -> None:
        build(into, variables, lock)
        raise PublishError("dbt build failed: figures")

    versions = Versions(database)
    publish(order(database), build)
    with pytest.raises(PublishError, match=f"figures; see {versions.failed_log}; {database} is unchanged"):
        publish(order(database), fail)
    assert versions.failed_log.read_text() == "what dbt said"
    publish(order(database), build)
    assert not versions.failed_log.exists()
    assert [version.log.read_text() for version in versions.all()] == ["what dbt said"] * 2


def test_messages_of_dbt_are_shown_as_steps_and_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    """Nodes that ended are steps, warnings of the project go to standard error, the text is the log."""

    def event(name: str, message: str, **data: object) -> str:
        info = {"name": name, "msg": message, "ts": "2026-01-02T03:04:05.678Z"}
        return json.dumps({"info": info, "data": data}) + "\n"

    node = {"resource_type": "model", "node_name": "figures"}
    told: list[object] = []
    progress = SimpleNamespace(expect=told.append, step=told.append)
    lines = [
        event("LogStartLine", "1 of 9 START figures", total=9, node_info=node),
        event("LogModelResult", "1 of 9 OK figures", total=9, status="success", node_info=node),
        event(
            "LogTestResult",
            "2 of 9 PASS t",
            num_models=9,
            status="pass",
            node_info=node | {"resource_type": "test"},
        ),
        event(
            "LogHookEndLine", "hook", total=1, status="OK", node_info=node | {"resource_type": "operation"}
        ),
        event("JinjaLogWarning", "The file a.odt is not read.\nIt is another kind."),
        "no event\n",
    ]
    log = "".join(_lines(lines, progress))
    assert told == [9, "figures", 9, "figures"]
    assert capsys.readouterr().err == "The file a.odt is not read.\nIt is another kind.\n"
    assert log.startswith("03:04:05  1 of 9 START figures\n03:04:05  1 of 9 OK figures\n")
    assert log.endswith("is not read.\nIt is another kind.\nno event\n")
    assert "".join(_lines(lines, None)) == log and capsys.readouterr().err == ""


# --- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "said"),
    [("error", "failed"), ("untested", "did not run since"), ("unfinished", "did not finish")],
)
def test_a_build_that_did_not_pass_is_not_published(database: Path, status: str, said: str) -> None:
    """Not even when dbt itself ended well, as after a selection."""
    publish(order(database), SmallBuild(1))
    before = sha256(database)
    with pytest.raises(PublishError, match=rf"Not published: model figures {said}.* is unchanged\.$"):
        publish(order(database), SmallBuild(2, status))
    assert sha256(database) == before
    assert_in_order(database)


def test_a_delivery_that_is_mostly_refused_is_not_published(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence names extract, file, reason, column and share; who accepts it is recorded."""
    for path in (PROJECT / "seeds/raw").glob("raw_*.csv"):
        shutil.copy(path, folder)
    rows = (folder / "raw_transmissions.csv").read_text().splitlines()
    place = rows[0].split(",").index("transmission_date")
    spoiled = [",".join("?" if n == place else v for n, v in enumerate(row.split(","))) for row in rows[1:]]
    (folder / "raw_transmissions.csv").write_text("\n".join([rows[0], *spoiled]))
    database = tmp_path / "twe.duckdb"
    words = ["publish", "--database", str(database), "--raw-path", str(folder)]
    assert main(words) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and not database.exists()
    cause = r"unreadable_value of transmission_date \(\?\) in \d+\.\d% of the rows of raw_transmissions\.csv"
    assert re.search(rf"too many rows are in the quarantine: {cause} \(raw_transmissions\)", said.err)
    assert main([*words, "--accept-quarantine", "dienst d'Haese"]) == 0
    said = capsys.readouterr()
    assert "accepted by         dienst d'Haese" in said.out and said.err == ""
    told = Versions(database).all()[0].manifest["quarantine"]
    assert told["accepted_by"] == "dienst d'Haese" and re.search(cause, told["above_limit"])
    assert main(["export", "--database", str(database), "--annex", "6", "--out", str(tmp_path)]) == 0
    sheet = load_workbook(tmp_path / "bijlage_6.xlsx")["Kwaliteit"]
    notes = [row[0] for row in sheet.iter_rows(max_row=8, values_only=True)]
    assert any("bekend en aanvaard door dienst d'Haese" in str(note) for note in notes)


@dataclass(frozen=True)
class Meddling:
    """A build during which somebody changes a file that it has landed."""

    path: Path

    def __call__(self, database: Path, variables: Mapping[str, object], lock: int) -> None:
        """Build into `database`."""
        SmallBuild(2)(database, variables, lock)
        self.path.write_text("x\n")


def test_a_delivery_that_changes_meanwhile_is_refused(database: Path, folder: Path) -> None:
    """A changed file of an extract; what was not landed makes no difference."""
    (folder / "raw_outflow.csv").write_text("a\n")
    publish(order(database, raw_path=folder), SmallBuild(1))
    publish(order(database, raw_path=folder), Meddling(folder / "holidays.csv"))
    with pytest.raises(PublishError, match=r"the file raw_outflow\.csv changed during the build"):
        publish(order(database, raw_path=folder), Meddling(folder / "raw_outflow.csv"))
    assert_in_order(database)


def test_a_file_that_is_no_database_is_not_replaced(database: Path) -> None:
    """Somebody mistyped --database."""
    database.parent.mkdir()
    database.write_text("dear diary")
    with pytest.raises(PublishError, match="can't be opened as a database"):
        publish(order(database), SmallBuild(1))
    assert database.read_text() == "dear diary"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--as-of", "2023-02-30"], "2023-02-30 is not a day"),
        (["--geography-date", "20240101"], "20240101 is not a day"),
        (["--vars", "[1, 2]"], "not a YAML map"),
        (["--vars", "{as_of: 2024-01-01}", "--as-of", "2024-01-02"], "--vars gives as_of"),
        (["--raw-path", "/geen/map/hier"], "/geen/map/hier"),
        (["--keep", "-1"], "greater than or equal to 0"),
        (["--wait", "long"], "not a number of seconds"),
    ],
)
def test_wrong_arguments_end_with_code_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And with a sentence that names what was given."""
    assert main(["publish", *arguments]) == 2
    assert said in capsys.readouterr().err


# --- others at the same time --------------------------------------------------------------------------------

READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
look = lambda: connection.execute("select distinct mark from marts.figures").fetchall()
look()
print("ready", flush=True)
sys.stdin.readline()
print(look(), flush=True)
"""
WRITER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
"""
KILLED_WRITER = """
import os, signal, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("create table marts.more as select 1 as one")
os.kill(os.getpid(), signal.SIGKILL)
"""
SLOW_PUBLISHER = """
import sys
from pathlib import Path
from small_warehouse import SmallBuild, order
from twe.warehouse.publish import publish
def slow(*arguments):
    print("ready", flush=True)
    sys.stdin.readline()
    return SmallBuild(2)(*arguments)
publish(order(Path(sys.argv[1])), slow)
"""
WAITING_PUBLISHER = """
import sys
from pathlib import Path
from small_warehouse import SmallBuild, order
from twe.warehouse.publish import publish
print("ready", flush=True)
publish(order(Path(sys.argv[1]), wait_seconds=100), SmallBuild(3))
"""


def test_a_reader_neither_blocks_a_publication_nor_sees_it(database: Path) -> None:
    """Who has the database open goes on reading what it was; who opens it now reads the new one."""
    publish(order(database), SmallBuild(1))
    with started(READER, database) as reader:
        publish(order(database), SmallBuild(2))
        assert mark_of(database) == 2
        assert reader.communicate("\n")[0] == "[(1,)]\n"
    assert_in_order(database)


def test_a_writer_stops_a_publication(database: Path) -> None:
    """Its changes would end up beside the new file; the sentence names the process."""
    publish(order(database), SmallBuild(1))
    with (
        started(WRITER, database) as writer,
        pytest.raises(PublishError, match=f"open for writing in process {writer.pid}"),
    ):
        publish(order(database), SmallBuild(2))
    assert mark_of(database) == 1
    assert publish(order(database), SmallBuild(2)) == 2


def test_changes_left_beside_the_old_file_do_not_reach_the_new_one(database: Path) -> None:
    """A killed development build leaves a file of changes; with the new database it would not even open."""
    publish(order(database), SmallBuild(1))
    subprocess.run([sys.executable, "-c", KILLED_WRITER, str(database)], check=False)
    assert database.with_name("twe.duckdb.wal").exists()
    publish(order(database), SmallBuild(2))
    assert mark_of(database) == 2
    assert_in_order(database)


def test_foreign_changes_beside_a_published_file_do_not_stop_the_next(database: Path, tmp_path: Path) -> None:
    """The published file is whole, although nobody can open it together with these changes."""
    other = tmp_path / "other.duckdb"
    publish(order(other), SmallBuild(9))
    subprocess.run([sys.executable, "-c", KILLED_WRITER, str(other)], check=False)
    publish(order(database), SmallBuild(1))
    other.with_name("other.duckdb.wal").rename(database.with_name("twe.duckdb.wal"))
    assert publish(order(database), SmallBuild(2)) == 2
    assert mark_of(database) == 2
    assert_in_order(database)


def test_a_second_publication_stops_and_names_the_first(database: Path) -> None:
    """With the process and since when; the first is not disturbed."""
    publish(order(database), SmallBuild(1))
    with started(SLOW_PUBLISHER, database) as first:
        named = rf"Process {first.pid} \(since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\) is publishing"
        with pytest.raises(PublishError, match=named):
            publish(order(database), SmallBuild(3))
        with pytest.raises(PublishError, match=named):
            restore(order(database), 1)
        other = database.with_name("other.duckdb")
        assert publish(order(other), SmallBuild(4)) == 1
        first.communicate("\n")
        assert first.returncode == 0
    assert mark_of(database) == 2
    assert mark_of(other) == 4


def test_a_second_publication_can_wait(database: Path) -> None:
    """It begins when the first has ended, and both are published one after the other."""
    with started(SLOW_PUBLISHER, database) as first, started(WAITING_PUBLISHER, database) as second:
        time.sleep(0.5)
        assert not database.exists()
        first.communicate("\n")
        second.communicate()
        assert (first.returncode, second.returncode) == (0, 0)
    assert [version.number for version in Versions(database).all()] == [1, 2]
    assert mark_of(database) == 3
    assert_in_order(database)


def test_the_lock_of_a_killed_publication_does_not_last(database: Path) -> None:
    """The operating system frees it."""
    publish(order(database), SmallBuild(1))
    with started(SLOW_PUBLISHER, database) as first:
        first.kill()
        first.wait()
        assert publish(order(database), SmallBuild(3)) == 2
    assert_in_order(database)
