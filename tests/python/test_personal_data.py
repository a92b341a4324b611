"""No client, key, birth date or delivered text leaves the warehouse; dropped, none stays in it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from canaries import HOSTILE_NAME, MARK, holders, write_canaries
from comparison import all_differences, report
from hostile import allow_large_fields
from oracle import judge
from oracle.codes import EXTRACTS
from twe.cli import main
from warehouse import PROJECT, TIMEOUT_SECONDS, WITHOUT_UNIT_TESTS, Build, Builder, as_yaml, dbt

VARIABLES: dict[str, object] = {"max_quarantined_share": 1}


@pytest.fixture(scope="module", autouse=True)
def everything_is_written() -> Iterator[None]:
    """Let dbt leave all its files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_WRITE_JSON", "true")
        yield


@dataclass(frozen=True)
class Delivered:
    """A delivery full of signs, and the build of it with all tests."""

    folder: Path
    build: Build


@pytest.fixture(scope="module")
def delivered(builder: Builder, tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """Build the delivery once."""
    allow_large_fields()
    folder = tmp_path_factory.mktemp("canaries") / "map d'été [1]; --"
    folder.mkdir()
    write_canaries(folder)
    build = builder.run(None, VARIABLES | {"raw_path": str(folder)}, *WITHOUT_UNIT_TESTS)
    assert build.exit_code == 0, build.output
    return Delivered(folder, build)


def _left_by_dbt(builder: Builder) -> list[Path]:
    return [builder.workspace / "logs", builder.workspace / "target"]


def _export(database: Path, out: Path, edition: str) -> str:
    done = subprocess.run(
        [
            *(sys.executable, PROJECT / "scripts/export_excel.py", "--edition", edition),
            *("--database", database, "--out", out, "--format", "all"),
        ],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def dropped(delivered: Delivered, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drop the row-level data from a copy of the warehouse."""
    database = tmp_path_factory.mktemp("dropped") / delivered.build.database.name
    shutil.copy(delivered.build.database, database)
    assert main(["drop-personal-data", str(database)]) == 0
    return database


@pytest.fixture(scope="module")
def exported(delivered: Delivered, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export the build in both editions and every format; what the command says goes into a file beside."""
    out = tmp_path_factory.mktemp("exported")
    said = [_export(delivered.build.database, out, edition) for edition in ("exact", "public")]
    (out / "said.txt").write_text("".join(said), encoding="utf-8")
    return out


def test_the_delivery_is_in_the_warehouse(delivered: Delivered) -> None:
    """Formulas, HTML, NUL, 10 MB, 3000 columns and names like code cost no row and change no figure."""
    build = delivered.build
    for found, accepted, quarantined in build.balance().values():
        assert found == accepted + quarantined
        assert accepted
        assert quarantined
    found = report(all_differences(build, judge(delivered.folder)))
    assert found == "", found
    assert {str(row["source_file"]) for row in build.table("quality.quarantine")} == {
        path.name for path in delivered.folder.iterdir()
    }
    assert MARK in str(build.table("quality.warnings"))
    assert "=HYPERLINK" in str(build.table("marts.fct_trajectories"))


def test_nothing_personal_is_in_what_dbt_leaves(builder: Builder, delivered: Delivered) -> None:
    """Standard output and error, logs, compiled SQL and results; the search does find what is there."""
    assert holders([delivered.folder, delivered.build.database])
    assert holders(_left_by_dbt(builder), {"output": delivered.build.output}) == []


def test_nothing_personal_is_in_an_export(delivered: Delivered, exported: Path) -> None:
    """Workbook, LibreOffice workbook, CSV files, what the exporter says, and the release it made."""
    kinds = {path.suffix for path in exported.rglob("*") if path.is_file()}
    assert {".xlsx", ".ods", ".csv", ".json", ".txt"} <= kinds
    release = delivered.build.database.with_suffix(".publication.duckdb")
    assert release.exists() and (exported / "bijlagen_publiek.xlsx").exists()
    assert holders([exported, release]) == []


def test_no_delivered_text_runs_in_a_workbook(exported: Path) -> None:
    """Formulas of the project's own stay inside the workbook; no cell holds markup."""
    workbook = load_workbook(exported / "bijlagen.xlsx")
    cells = [
        cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert cells
    assert [cell.coordinate for cell in cells if "<script" in str(cell.value).lower()] == []
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert [formula for formula in formulas if "http" in formula.lower() or "[" in formula] == []


@pytest.fixture
def spoiled(delivered: Delivered) -> Iterator[Path]:
    """Return the folder of the delivery, to be spoiled: dbt parses again for another one."""
    kept = delivered.folder.with_name("kept")
    shutil.copytree(delivered.folder, kept)
    yield delivered.folder
    shutil.rmtree(delivered.folder)
    kept.rename(delivered.folder)


def test_a_refused_file_is_named_not_shown(builder: Builder, spoiled: Path) -> None:
    """One sentence; nothing of the file is in it, nor in the logs."""
    path = spoiled / f"raw_outflow{HOSTILE_NAME}.csv"
    path.write_bytes(path.read_bytes().replace(f'"{MARK} 1"'.encode(), f'"{MARK} "1"'.encode()))
    build = builder.build(None, VARIABLES | {"raw_path": str(spoiled)})
    assert build.exit_code != 0
    told = [line for line in build.output.splitlines() if "The file raw_outflow" in line]
    assert told, build.output
    assert "has text after a closing quote on line" in told[0]
    assert told[0].endswith(".")
    assert "Traceback" not in build.output
    assert holders(_left_by_dbt(builder), {"output": build.output}) == []


def test_a_link_out_of_the_folder_stops_the_build(builder: Builder, spoiled: Path, tmp_path: Path) -> None:
    """The check is part of a plain build, and nothing outside is read."""
    (tmp_path / "secret.csv").write_text(f"{MARK},{MARK}\n", encoding="utf-8")
    (spoiled / "raw_outflow_linked.csv").symlink_to(tmp_path / "secret.csv")
    build = builder.build(None, VARIABLES | {"raw_path": str(spoiled)})
    assert build.exit_code != 0
    assert "The file raw_outflow_linked.csv in" in build.output
    assert "outside that folder" in build.output
    assert holders(_left_by_dbt(builder), {"output": build.output}) == []


def test_a_failing_test_counts_rows_and_shows_none(builder: Builder, delivered: Delivered) -> None:
    """Rows that break grain, codes and references give numbers of failures."""
    database = builder.workspace / "current.duckdb"
    shutil.copy(delivered.build.database, database)
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into marts.fct_trajectories from marts.fct_trajectories")
        connection.execute(f"update marts.fct_subsidy_booked_years set stream = '{MARK}'")
        connection.execute(f"update marts.fct_transmissions set decision = '{MARK}'")
    done = dbt(
        *("--no-use-colors", "--log-path", builder.workspace / "logs", "test", "--project-dir", PROJECT),
        *("--profiles-dir", PROJECT, "--target-path", builder.workspace / "target"),
        *("--vars", as_yaml(VARIABLES | {"raw_path": str(delivered.folder)})),
        *("--select", "fct_trajectories", "fct_subsidy_booked_years", "fct_transmissions"),
        TWE_DATABASE=str(database),
    )
    database.unlink()
    assert "Got" in done.output
    assert "ERROR=0" not in done.output
    assert holders(_left_by_dbt(builder), {"output": done.output}) == []


def test_a_dropped_warehouse_holds_nothing_personal(delivered: Delivered, dropped: Path) -> None:
    """Neither in the bytes of the file nor, unpacked by the database, in any column."""
    assert holders([dropped]) == []
    assert sorted(path.name for path in dropped.parent.iterdir()) == [dropped.name]
    personal = {
        column.name for columns in EXTRACTS.values() for column in columns if column.name.endswith("_id")
    }
    personal |= {"residence_nis", "birth_date", "gender_code", "cause", "age_at_start"}
    with duckdb.connect(str(dropped), read_only=True) as connection:
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        columns = connection.execute("select column_name from duckdb_columns() where not internal").fetchall()
        values = "".join(str(connection.execute(f"from {table}").fetchall()) for (table,) in tables)
    assert personal & {name for (name,) in columns} == set()
    assert "marts.annex_1_started_trajectories" in str(tables)
    assert holders([], {"values": values}) == []
    assert holders([], {"control": str(delivered.build.table("quality.quarantine"))})


@pytest.mark.slow
def test_a_dropped_warehouse_gives_the_same_workbook(exported: Path, dropped: Path, tmp_path: Path) -> None:
    """Every figure and every count of the quality sheet, comments and keys included."""
    assert (
        main(["export", "--edition", "exact", "--database", str(dropped), "--out", str(tmp_path), "--quiet"])
        == 0
    )
    assert (tmp_path / "bijlagen.xlsx").read_bytes() == (exported / "bijlagen.xlsx").read_bytes()
    assert (
        main(["export", "--edition", "public", "--database", str(dropped), "--out", str(tmp_path), "--quiet"])
        == 0
    )
    assert (
        load_workbook(tmp_path / "bijlagen_publiek.xlsx").sheetnames
        == load_workbook(exported / "bijlagen_publiek.xlsx").sheetnames
    )


def test_what_can_not_be_dropped_is_told(
    dropped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No file, no database, no warehouse, one that is in use: one sentence, and the file stays as it was."""
    (tmp_path / "text.duckdb").write_text("no database" * 1000, encoding="utf-8")
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    for name in ("absent", "text", "empty"):
        assert main(["drop-personal-data", str(tmp_path / f"{name}.duckdb")]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    before = dropped.read_bytes()
    reader = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", reader, str(dropped)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        assert main(["drop-personal-data", str(dropped)]) == 1
        process.communicate(b"\n")
    assert "in use" in capsys.readouterr().err
    assert dropped.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
