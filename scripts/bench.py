"""Measure `dbt build` and compare its models with a plain DuckDB script over the same files.

Prints one table of measured seconds and one ratio, all taken in one run. Nothing is asserted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parent.parent
DBT = Path(sys.executable).parent / "dbt"

# One scan and one aggregation per mart, with neither validation nor versions, joins, mergers or a grid.
FLOOR = {
    "annex_1_started_trajectories": """
        select year(start_date), ocmw_nis, date_diff('month', start_date, planned_end_date), count(*)
        from read_parquet('{folder}/raw_trajectories*.parquet') group by all""",
    "annex_2_profile": """
        select year(start_date), ocmw_nis, gender, year(birth_date), year(unemployed_since), education_level,
            migration_background, count(*)
        from read_parquet('{folder}/raw_trajectories*.parquet')
        group by year(start_date), ocmw_nis, grouping sets (
            gender, year(birth_date), year(unemployed_since), education_level, migration_background)""",
    "annex_3_wage_subsidies": """
        select year(performance_month), ocmw_nis, count(distinct client_id), sum(amount_eur)
        from read_parquet('{folder}/raw_subsidies*.parquet') where stream = 'loontoelage' group by all""",
    "annex_3_by_booking_year": """
        select year(booked_on), ocmw_nis, sum(amount_eur)
        from read_parquet('{folder}/raw_subsidies*.parquet') where stream = 'loontoelage' group by all""",
    "annex_4_ended_trajectories": """
        select year(end_date), ocmw_nis, end_reason, date_diff('month', start_date, end_date), count(*)
        from read_parquet('{folder}/raw_trajectories*.parquet') group by all""",
    "annex_5_outflow": """
        select year(start_date), spell_code, count(*), count(distinct client_id)
        from read_parquet('{folder}/raw_outflow*.parquet') group by all""",
    "annex_6_transmissions": """
        select year(transmission_date), count(distinct client_id)
        from read_parquet('{folder}/raw_transmissions*.parquet') group by all""",
    "annex_6_decisions": """
        select year(transmission_date), decision, count(*)
        from read_parquet('{folder}/raw_transmissions*.parquet') group by all""",
}


@dataclass(frozen=True)
class Build:
    """Wall-clock seconds of one whole build, by what they were spent on."""

    start_and_parse: float
    seeds: float
    models: float
    tests: float


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trajectories", type=int, default=100_000, help="size of the Parquet delivery")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="twe-bench-") as name:
        work = Path(name)
        demonstration = _build(work / "demonstration", {})
        delivery = work / "delivery"
        generate = [
            "--quiet",
            "--seed",
            "1",
            "--format",
            "parquet",
            "--trajectories",
            str(options.trajectories),
        ]
        subprocess.run(
            [sys.executable, PROJECT / "scripts/generate_raw.py", *generate, "--out", delivery], check=True
        )
        large = _build(work / "large", {"raw_path": str(delivery)})
        floor = _floor(delivery)
    print(f"{'seconds':<44}{'start+parse':>12}{'seeds':>8}{'models':>8}{'tests':>8}{'all':>8}")
    for label, build in (
        ("dbt build, bundled demonstration data", demonstration),
        (f"dbt build, {options.trajectories:,} trajectories in Parquet", large),
    ):
        parts = (build.start_and_parse, build.seeds, build.models, build.tests)
        print(f"{label:<44}{parts[0]:>12.1f}" + "".join(f"{x:>8.1f}" for x in (*parts[1:], sum(parts))))
    print(f"{'plain DuckDB script, the same Parquet':<44}{'':>12}{'':>8}{floor:>8.1f}")
    print(f"models / plain script: {large.models / floor:.1f}")


def _build(work: Path, variables: dict[str, str]) -> Build:
    """Run seeds, models and tests one after the other, so that their seconds do not overlap."""
    work.mkdir()
    environment = os.environ | {"TWE_DATABASE": str(work / "bench.duckdb")}
    options = ["--vars", json.dumps(variables), "--target-path", work / "target", "--log-path", work / "logs"]
    overhead, spans = 0.0, []
    for command in ("seed", "run", "test"):
        started = time.perf_counter()
        subprocess.run([DBT, "--quiet", command, *options], cwd=PROJECT, env=environment, check=True)
        spans.append(_span_of_nodes(work / "target" / "run_results.json"))
        overhead += time.perf_counter() - started - spans[-1]
    # A build starts and parses once, not once per command.
    return Build(overhead / len(spans), *spans)


def _span_of_nodes(run_results: Path) -> float:
    """Seconds from the start of the first node to the end of the last, from dbt's run_results.json."""
    stamps = [
        datetime.fromisoformat(timing[key])
        for result in json.loads(run_results.read_text())["results"]
        if not result["unique_id"].startswith("operation.")
        for timing in result["timing"]
        for key in ("started_at", "completed_at")
    ]
    return (max(stamps) - min(stamps)).total_seconds()


def _floor(folder: Path) -> float:
    """Seconds that DuckDB needs to scan the files and aggregate once per mart, on the threads dbt uses."""
    connection = duckdb.connect(config={"threads": 2})
    started = time.perf_counter()
    for query in FLOOR.values():
        connection.sql(query.format(folder=folder)).fetchall()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
