"""A substitute for dbt that makes a warehouse in no time, and a publication of it that may be killed."""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twe.warehouse.files import connect, sha256
from twe.warehouse.layout import layout_version
from twe.warehouse.publish import Options, publish
from twe.warehouse.versions import Versions
from warehouse import PROJECT

FIGURES = 5000
PATHS = os.environ | {"PYTHONPATH": os.pathsep.join([str(PROJECT / "src"), str(PROJECT / "tests/python")])}
_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.link", "os.mkdir", "os.truncate", "os.chmod")
_TABLES = """
    create schema quality;
    create schema marts;
    create schema staging;
    create table staging.stg_delivered_files (source_file varchar, bytes bigint, sha256 varchar);
    create table quality.balance as
        select 'raw_outflow' as extract, 3 as delivered, 2 as accepted, 1 as quarantined;
    create table marts.dim_parameters as
        select date '2024-12-31' as as_of, date '2024-12-31' as geography_date,
            'ocmw' as municipality_of, 12 as measure_months, 6 as window_months,
            {layout} as layout_version, null as quarantine_accepted_by;
    create table marts.dim_reporting_years as select 1 as annex, 2020 as year;
    create table marts.figures as select {mark} as mark, range as id from range({figures});
    create table quality.node_results as
        select 'model.twe_ocmw.figures' as node, 'model' as resource_type, 'marts.figures' as relation,
            '{status}' as status, '{{}}' as variables, {figures} as stored_rows,
            timestamp '2025-01-01' as finished_at, 'run {mark}' as invocation_id
        union all
        select 'test.twe_ocmw.' || name, 'test', null, result, '{{}}', null,
            timestamp '2025-01-01', 'run {mark}'
        from (
            values ('a_test_that_warned', 'warn'), ('a_test_that_passed', 'pass'), ('another_test', 'pass')
        ) as tests (name, result);
"""


@dataclass(frozen=True)
class SmallBuild:
    """Builds a warehouse in which every figure is `mark`; `status` is that of its only model."""

    mark: int
    status: str = "success"

    def __call__(self, database: Path, variables: Mapping[str, object], lock: int) -> None:
        """Build into the new file `database`."""
        with connect(database, writable=True) as connection:
            connection.execute(
                _TABLES.format(layout=layout_version(), mark=self.mark, status=self.status, figures=FIGURES)
            )
            if raw_path := variables.get("raw_path"):
                for file in sorted(Path(str(raw_path)).glob("raw_*")):
                    connection.execute(
                        "insert into staging.stg_delivered_files values (?, ?, ?)",
                        [file.name, file.stat().st_size, sha256(file)],
                    )
                # As the real build does: of the path only the last name, and what tells it from others.
                told = f"raw_path: {Path(str(raw_path)).name} 0f"
                connection.execute("update quality.node_results set variables = ?", [told])


def order(database: Path, keep: int = 2, wait_seconds: float = 0, raw_path: Path | None = None) -> Options:
    """Return an order to publish into `database`."""
    return Options(database, {"raw_path": str(raw_path)} if raw_path else {}, keep, wait_seconds)


def mark_of(database: Path) -> int:
    """Return the mark of a warehouse; AssertionError unless it is whole and every figure has it."""
    assert not database.with_name(f"{database.name}.wal").exists()
    with connect(database) as connection:
        rows = connection.execute("select mark, count(*), count(distinct id) from marts.figures group by 1")
        ((mark, figures, ids),) = rows.fetchall()
        assert connection.execute("select count(*) from quality.publication").fetchall() == [(1,)]
    assert figures == ids == FIGURES
    return int(mark)


def files_beside(database: Path) -> set[str]:
    """Return the files in the folder of a database and under it, without manifests and logs."""
    left_out = ("manifest.json", "dbt.log", "failed.log")
    found = (path for path in database.parent.rglob("*") if path.name not in left_out)
    return {str(path.relative_to(database.parent)) for path in found if path.is_file()}


def assert_in_order(database: Path) -> None:
    """Assert that every version is what its manifest says, one is published, and nothing else is left."""
    versions = Versions(database)
    found, current = versions.all(), versions.current()
    assert current is not None
    kept = [version for version in found if version != current]
    assert all(version.is_good(version.database) for version in kept)
    files = {"twe.duckdb", "twe.duckdb.versions/.lock", "twe.duckdb.versions/.number"}
    assert files_beside(database) == files | {
        f"twe.duckdb.versions/{version.number}/twe.duckdb" for version in kept
    }
    assert {path.name for path in versions.folder.iterdir()} - {"failed.log"} == {
        ".lock",
        ".number",
        *(str(v.number) for v in found),
    }


def kill_at(step: int, folder: str) -> None:
    """Die just before this step, a change or opening of a file in the folder."""
    seen = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in _CHANGES or (event == "open" and str(arguments[0]).startswith(folder)):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def publish_until(database: str, mark: int, step: int) -> None:
    """Publish a warehouse whose figures all are `mark`, and die just before this step."""
    kill_at(step, str(Path(database).parent))
    publish(order(Path(database)), SmallBuild(mark))
