"""The deliveries that are measured: made once per size and seed, or found where they were made before."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from generator.notice import SYNTHETIC_FILE
from twe.project import PROJECT

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


def obtain(trajectories: int, seed: int, work: Path, existing: Iterable[Path]) -> Delivery:
    """Return a delivery of this size: an existing folder, one made earlier in `work`, or a new one."""
    arguments = ["--trajectories", str(trajectories), "--seed", str(seed), "--format", "parquet"]
    own = work / f"delivery-{trajectories}-{seed}"
    for folder in (*existing, own):
        notice = folder / SYNTHETIC_FILE
        if notice.exists() and f"generate_raw.py {' '.join(arguments)} --out" in notice.read_text():
            return _counted(folder)
    shutil.rmtree(own, ignore_errors=True)
    program: list[str | Path] = [sys.executable, PROJECT / "tools/generate_raw.py", "--quiet", *arguments]
    subprocess.run([*program, "--out", own], check=True)
    return _counted(own)


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
