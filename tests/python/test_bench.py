"""The benchmark compares what it says it compares, and its figures follow from what it measured."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from benchmark.builds import shared_seconds
from benchmark.cells import MEASURES, different_rows
from benchmark.deliveries import EXTRACTS, Delivery, obtain
from benchmark.floor import SCANNED, STORED
from benchmark.process import FailedError, run_measured
from benchmark.report import growth
from compiled import Compiler
from warehouse import PROJECT

TRAJECTORIES = 2000
REFERENCE = PROJECT / "seeds" / "reference"
MEGABYTES = 200

# Rows that only the rules for repeated rows keep out, and a plan that ends before it starts.
FAULTS = {
    "raw_trajectories": "start_date - 1 as planned_end_date, 'SYN-faulty' as trajectory_id",
    "raw_subsidies": "line_id || '-brussels' as line_id, '21004' as ocmw_nis",
}


@dataclass(frozen=True)
class Built:
    """A small generated delivery and its warehouse."""

    delivery: Delivery
    database: Path


@pytest.fixture(scope="module")
def built(compiler: Compiler, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    delivery = obtain(TRAJECTORIES, 1, tmp_path_factory.mktemp("generated"), [])
    yield _build(compiler, delivery)


@pytest.fixture(scope="module")
def dirty(compiler: Compiler, built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The delivery with copies of rows, contradicting rows and refused rows in further files."""
    folder = tmp_path_factory.mktemp("dirty")
    for file in built.delivery.folder.glob("*.parquet"):
        (folder / file.name).write_bytes(file.read_bytes())
    with duckdb.connect() as connection:
        for extract in EXTRACTS:
            source = f"read_parquet('{built.delivery.folder}/{extract}*.parquet')"
            target = f"'{folder}/{extract}_z"
            connection.execute(f"copy (from {source} limit 40) to {target}1.parquet' (format parquet)")
            changed = "'SYN-other' as client_id"
            for number, replaced in enumerate(
                [changed, *([FAULTS[extract]] if extract in FAULTS else [])], 2
            ):
                select = f"select * replace ({replaced}) from {source} offset 60 limit 30"
                connection.execute(f"copy ({select}) to {target}{number}.parquet' (format parquet)")
    yield _build(compiler, Delivery(folder, built.delivery.rows))


def _build(compiler: Compiler, delivery: Delivery) -> Built:
    database = delivery.folder.with_suffix(".duckdb")
    return Built(delivery, compiler.build(delivery.folder).stored(database))


def _run(module: str, out: Path, *arguments: str | Path) -> None:
    command = [sys.executable, "-m", f"benchmark.{module}", *arguments]
    environment = {"PYTHONPATH": str(PROJECT / "tools")}
    run_measured(command, out.with_suffix(".txt"), PROJECT, environment, out / "spill")


@pytest.mark.parametrize("kind", [STORED, SCANNED])
def test_floor_makes_the_cells_of_the_marts(built: Built, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "floor"
    _run("floor", out, kind, built.delivery.folder, REFERENCE, out, "1GB")
    assert different_rows(built.database, out, only_counted=True) == []


def test_polars_makes_the_marts(built: Built, tmp_path: Path) -> None:
    _run("peer_polars", tmp_path / "out", built.delivery.folder, REFERENCE, tmp_path / "out")
    assert different_rows(built.database, tmp_path / "out") == []


def test_polars_refuses_the_rows_that_the_rules_refuse(built: Built, dirty: Built, tmp_path: Path) -> None:
    clean, out = tmp_path / "clean", tmp_path / "out"
    _run("peer_polars", out, dirty.delivery.folder, REFERENCE, out)
    assert different_rows(dirty.database, out) == []
    _run("peer_polars", clean, built.delivery.folder, REFERENCE, clean)
    assert different_rows(dirty.database, clean), "the refused rows change no cell: the test proves nothing"


@pytest.mark.skipif("TWE_SPARK" not in os.environ, reason="a minute and more: TWE_SPARK=1")
def test_spark_makes_the_marts(dirty: Built, tmp_path: Path) -> None:
    _run("peer_spark", tmp_path / "out", dirty.delivery.folder, REFERENCE, tmp_path / "out")
    assert different_rows(dirty.database, tmp_path / "out") == []


@pytest.mark.parametrize("mart", MEASURES)
def test_comparison_sees_one_changed_cell(built: Built, tmp_path: Path, mart: str) -> None:
    measure = MEASURES[mart][0]
    _copy_marts(built, tmp_path)
    changed = (
        f"select * replace ({measure} + (row_number() over () = 1)::int as {measure}) from w.marts.{mart}"
    )
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.database}' as w (read_only)")
        connection.execute(f"copy ({changed}) to '{tmp_path / mart}.parquet' (format parquet)")
    missing, surplus = different_rows(built.database, tmp_path)
    assert missing.startswith(f"{mart}: 1 rows") and missing.endswith("is missing")
    assert surplus.startswith(f"{mart}: 1 rows") and surplus.endswith("should not be there")


def test_comparison_sees_a_missing_row_and_a_missing_column(built: Built, tmp_path: Path) -> None:
    _copy_marts(built, tmp_path)
    assert different_rows(built.database, tmp_path) == []
    shorter, narrower = "annex_4_ended_trajectories", "annex_6_decisions"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.database}' as w (read_only)")
        connection.execute(
            f"copy (from w.marts.{shorter} offset 1) to '{tmp_path / shorter}.parquet' (format parquet)"
        )
        connection.execute(
            f"copy (select * exclude (province) from w.marts.{narrower}) to '{tmp_path / narrower}.parquet'"
            " (format parquet)"
        )
    row, column = different_rows(built.database, tmp_path)
    assert row.startswith(f"{shorter}: 1 rows") and column == f"{narrower}: no column province"


def _copy_marts(built: Built, out: Path) -> None:
    with duckdb.connect(str(built.database), read_only=True) as connection:
        for mart in MEASURES:
            connection.execute(f"copy marts.{mart} to '{out / mart}.parquet' (format parquet)")


def test_a_delivery_is_made_once(built: Built, tmp_path: Path) -> None:
    found = obtain(TRAJECTORIES, 1, tmp_path, [built.delivery.folder])
    assert found == built.delivery
    assert obtain(TRAJECTORIES, 2, tmp_path, [built.delivery.folder]).folder.parent == tmp_path


def test_seconds_that_overlap_are_shared() -> None:
    spans = [("models", 0.0, 4.0), ("tests", 2.0, 4.0), ("tests", 6.0, 7.0), ("tests", 6.0, 7.0)]
    assert shared_seconds(spans) == {"models": 3.0, "tests": 2.0}


def test_growth_exponent() -> None:
    assert growth(2.0, 20.0, 10) == pytest.approx(1.0)
    assert growth(1.0, 8.0, 2) == pytest.approx(3.0)


def test_peak_memory_and_spill_of_all_processes_are_seen(tmp_path: Path) -> None:
    holding = f"x = bytearray({MEGABYTES} * 10**6); import time; time.sleep(1)"
    program = (
        "import pathlib, subprocess, sys\n"
        "pathlib.Path('spill').mkdir()\n"
        f"pathlib.Path('spill/file').write_bytes(b'x' * {MEGABYTES // 10} * 10**6)\n"
        f"subprocess.run([sys.executable, '-c', {holding!r}], check=True)\n"
    )
    started = time.perf_counter()
    usage = run_measured([sys.executable, "-c", program], tmp_path / "log", tmp_path, {}, tmp_path / "spill")
    assert usage.seconds <= time.perf_counter() - started
    assert usage.cpu > 0
    assert usage.peak_bytes > MEGABYTES * 10**6
    assert usage.spilled_bytes >= MEGABYTES // 10 * 10**6


def test_memory_of_the_measuring_program_counts_for_nothing(tmp_path: Path) -> None:
    held = b"x" * MEGABYTES * 10**6
    usage = run_measured(
        [sys.executable, "-c", "import time; time.sleep(0.3)"], tmp_path / "log", tmp_path, {}, tmp_path
    )
    assert 0 < usage.peak_bytes < len(held) / 2


def test_a_program_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="code 3"):
        run_measured([sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log", tmp_path, {}, tmp_path)
