"""The deliveries that are measured: made once per size and seed, or found where they were made before."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from twe.generator.notice import SYNTHETIC_FILE

PROJECT = Path(__file__).resolve().parents[3]
EXTRACTS = {
    "raw_trajectories": "recorded_at",
    "raw_subsidies": "booked_on",
    "raw_outflow": "recorded_at",
    "raw_transmissions": "recorded_at",
}
"""The extracts that the generator makes, each with the column that says when a row was recorded."""


@dataclass(frozen=True)
class Delivery:
    """A folder of generated Parquet files with its number of rows by extract."""

    folder: Path
    rows: dict[str, int]


@dataclass(frozen=True)
class Split:
    """A delivery in two: what was there before, and the files with the last rows."""

    base: Path
    addition: Path
    rows: int
    share: float


def obtain(trajectories: int, seed: int, work: Path, existing: Iterable[Path]) -> Delivery:
    """Return a delivery of this size: an existing folder, one made earlier in `work`, or a new one."""
    arguments = ["--trajectories", str(trajectories), "--seed", str(seed), "--format", "parquet"]
    own = work / f"delivery-{trajectories}-{seed}"
    for folder in (*existing, own):
        notice = folder / SYNTHETIC_FILE
        if notice.exists() and f"generate_raw.py {' '.join(arguments)} --out" in notice.read_text():
            return _counted(folder)
    shutil.rmtree(own, ignore_errors=True)
    program = [sys.executable, PROJECT / "scripts/generate_raw.py", "--quiet", *arguments]
    subprocess.run([*program, "--out", own], check=True)
    return _counted(own)


def split(delivery: Delivery, share: float, out: Path) -> Split:
    """Divide a delivery by the day on which rows were recorded, so that `share` of the ledger comes later.

    Files without late rows are copied. The addition holds the rows of that day and later, of every extract.
    """
    base, addition = out / "base", out / "addition"
    for folder in (base, addition):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        lines = _scan(delivery.folder / "raw_subsidies*.parquet")
        [(day,)] = connection.execute(
            f"select quantile_disc(booked_on, {1 - share}) + 1 from {lines}"
        ).fetchall()
        rows = 0
        for extract, column in EXTRACTS.items():
            for file in sorted(delivery.folder.glob(f"{extract}*.parquet")):
                late = f"cast({column} as date) >= date '{day}'"
                [(count,)] = connection.execute(f"select count(*) from {_scan(file)} where {late}").fetchall()
                rows += count
                if not count:
                    shutil.copyfile(file, base / file.name)
                    continue
                for condition, target in (
                    (f"not ({late})", base / file.name),
                    (late, addition / f"{file.stem}_last.parquet"),
                ):
                    connection.execute(
                        f"copy (from {_scan(file)} where {condition}) to '{target}' (format parquet)"
                    )
    return Split(base, addition, rows, rows / sum(delivery.rows.values()))


def _counted(folder: Path) -> Delivery:
    with duckdb.connect() as connection:
        rows = {}
        for extract in EXTRACTS:
            [(rows[extract],)] = connection.execute(
                f"select count(*) from {_scan(folder / f'{extract}*.parquet')}"
            ).fetchall()
    return Delivery(folder, rows)


def _scan(path: Path) -> str:
    return "read_parquet('{}')".format(str(path).replace("'", "''"))
