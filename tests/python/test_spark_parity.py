"""Both engines give the same cells: every mart, the quarantine, the warnings and the balance.

All but one random delivery are slow tests, the bundled data and a Thrift server among them (make parity).
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyspark
import pytest

from comparison import MEASURES, report
from deliveries import Shape, write_delivery
from spark_tables import compared_tables, differences
from warehouse import PROJECT, Builder, as_yaml

TIMEOUT_SECONDS = 3600
START_SECONDS = 120


@dataclass(frozen=True)
class Scenario:
    """One delivery (seed None = the bundled data) and the variables of both builds."""

    name: str
    seed: int | None
    claims: str = "rows"
    variables: Mapping[str, object] = field(default_factory=dict)


SCENARIOS = [
    Scenario("random", 1),
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
    [
        pytest.param(each, id=each.name, marks=pytest.mark.slow if place else ())
        for place, each in enumerate(SCENARIOS)
    ],
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
    _assert_same(on_duckdb.database, warehouse)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17")
def test_every_cell_is_the_same_behind_a_thrift_server(builder: Builder, tmp_path: Path) -> None:
    """The target of real clusters, on a server of Spark's own: bundled data, with the data tests."""
    on_duckdb = builder.build()
    assert on_duckdb.exit_code == 0, on_duckdb.output
    with _thrift_server(tmp_path) as port:
        on_spark = _on_spark(
            "--target", "spark_remote", "--warehouse", str(tmp_path / "by-products"), TWE_SPARK_PORT=str(port)
        )
    assert on_spark.returncode == 0, on_spark.stdout
    _assert_same(on_duckdb.database, tmp_path)


def _assert_same(database: Path, warehouse: Path) -> None:
    tables = compared_tables(database)
    assert {f"marts.{name}" for name in (*MEASURES, "fct_outflow", "dim_municipalities")} <= set(tables)
    found = [line for table in tables for line in differences(database, warehouse, table)]
    assert (text := report(found)) == "", text


@contextmanager
def _thrift_server(folder: Path) -> Iterator[int]:
    """Run Spark's Thrift server with its tables and metastore in `folder`; yield its port."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    home = Path(pyspark.__file__).parent
    metastore = f"jdbc:derby:;databaseName={folder}/metastore;create=true"
    settings = {
        "spark.sql.warehouse.dir": folder / "tables",
        "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
        "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={folder}/derby.log",
        "spark.hadoop.hive.server2.thrift.port": port,
        "spark.sql.shuffle.partitions": 2,
        "spark.ui.enabled": "false",
    }
    command = [home / "bin" / "spark-submit", "--master", "local[2]"]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command += ["--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "spark-internal"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {"SPARK_HOME": str(home)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _await_port(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def _await_port(port: int, server: subprocess.Popen) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        assert server.poll() is None
        with suppress(OSError), socket.create_connection(("localhost", port)):
            return
        time.sleep(0.5)
    raise AssertionError(f"The Thrift server did not start within {START_SECONDS} seconds.")


def test_a_bad_delivery_is_refused_in_the_same_words(builder: Builder, tmp_path: Path) -> None:
    """The build on Spark says the sentence of the build on DuckDB."""
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


def _on_spark(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build on Spark. To compile for speed costs more than it gains in a build of a minute."""
    return subprocess.run(
        [sys.executable, "-m", "twe", "spark", *options],
        cwd=PROJECT,
        env=os.environ | {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
