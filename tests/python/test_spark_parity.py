"""Both engines give the same cells: every mart, the quarantine, the warnings and the balance.

Here one random delivery; the bundled data and others with TWE_SPARK_PARITY=1 (make parity).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from comparison import MEASURES, report
from deliveries import Shape, write_delivery
from spark_tables import compared_tables, differences
from warehouse import PROJECT, Builder, as_yaml

TIMEOUT_SECONDS = 1800


@dataclass(frozen=True)
class Scenario:
    """One delivery (seed None = the bundled data) and the variables of both builds."""

    name: str
    seed: int | None
    claims: str = "rows"
    variables: Mapping[str, object] = field(default_factory=dict)


SCENARIOS = [Scenario("random", 1)]
MORE = [
    Scenario("bundled", None),
    Scenario("middle", 1, variables={"as_of": date(2021, 6, 30), "geography_date": date(2018, 6, 30)}),
    Scenario("no_claims", 2, "none", {"geography_date": date(2025, 1, 1)}),
    Scenario("refused_claims", 3, "refused", {"reporting_years": {1: (2021, 2021), 4: (2016, 2030)}}),
    Scenario("other_question", 6, variables={"municipality_of": "residence", "measure_months": 3}),
    Scenario("leap_day", 4, "header", {"as_of": date(2024, 2, 29)}),
]


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17")
@pytest.mark.parametrize(
    "scenario",
    SCENARIOS + (MORE if os.environ.get("TWE_SPARK_PARITY") else []),
    ids=lambda scenario: scenario.name,
)
def test_every_cell_is_the_same_on_both_engines(scenario: Scenario, builder: Builder, tmp_path: Path) -> None:
    """Nothing differs: no row, no column, no value, no reason, no text of the quarantine."""
    folder = None
    if scenario.seed is not None:
        folder = tmp_path / "map d'été [1]"
        folder.mkdir()
        write_delivery(folder, scenario.seed, Shape(claims=scenario.claims))
    on_duckdb = builder.build(folder, scenario.variables)
    assert on_duckdb.exit_code == 0, on_duckdb.output
    given = ({"raw_path": str(folder)} if folder else {}) | dict(scenario.variables)
    warehouse = tmp_path / "een map"
    on_spark = _on_spark("--warehouse", str(warehouse), "--vars", as_yaml(given), "--without-tests")
    assert on_spark.returncode == 0, on_spark.stdout
    tables = compared_tables(on_duckdb.database)
    assert {f"marts.{name}" for name in (*MEASURES, "fct_outflow", "dim_municipalities")} <= set(tables)
    found = [line for table in tables for line in differences(on_duckdb.database, warehouse, table)]
    assert (text := report(found)) == "", text


def test_a_bad_delivery_is_refused_in_the_same_words(builder: Builder, tmp_path: Path) -> None:
    """The sentence of the build on DuckDB stands in what the build on Spark says."""
    folder = tmp_path / "delivery"
    folder.mkdir()
    write_delivery(folder, 5)
    (folder / "raw_outflow_later.csv").write_text('spell_id,"client', encoding="utf-8")
    on_duckdb = builder.build(folder)
    delivered = builder.workspace / "map d'été [1]"  # where the builder put its copy
    given = as_yaml({"raw_path": str(delivered)})
    on_spark = _on_spark("--warehouse", str(tmp_path / "spark"), "--vars", given)
    said = [line.strip() for line in on_duckdb.output.splitlines() if "The file raw_outflow_later" in line]
    assert on_duckdb.exit_code != 0
    assert on_spark.returncode == 1
    assert said
    assert [sentence for sentence in said if sentence not in on_spark.stdout] == []


def test_a_folder_that_spark_would_take_for_a_pattern_is_refused(tmp_path: Path) -> None:
    """Spark can't find its own tables again in such a folder."""
    done = _on_spark("--warehouse", str(tmp_path / "spark [1]"))
    assert done.returncode == 1
    assert done.stdout.strip().endswith("; choose another name.")
    assert not (tmp_path / "spark [1]").exists()


def _on_spark(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "scripts" / "build_on_spark.py"), *options],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
