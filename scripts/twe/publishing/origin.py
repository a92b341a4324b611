"""What a build was made from and what it found, for the database and for its manifest."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from twe.publishing.code import Code
from twe.publishing.dbt import DbtRun
from twe.publishing.errors import PublishError
from twe.publishing.files import sha256, sync, wal_of
from twe.publishing.inputs import InputFile

_TABLES = """
    create or replace table quality.publication (
        invocation_id varchar, version integer, published_at timestamp,
        project_version varchar, git_commit varchar, is_changed boolean, code_sha256 varchar,
        tools varchar, delivery varchar, tests_passed integer, tests_warned integer
    );
    create or replace table quality.input_files (file varchar, bytes bigint, sha256 varchar);
    create or replace table quality.test_warnings (test varchar);
"""


@dataclass(frozen=True)
class Audit:
    """What a build that passed tells: its days, its settings, its years by annex and its balance by extract.

    `balance` holds (delivered, accepted, quarantined) rows; `as_of` is None when no record was accepted.
    """

    as_of: str | None
    geography_date: str
    municipality_of: str
    measure_months: int
    window_months: int
    reporting_years: dict[int, tuple[int, int]]
    balance: dict[str, tuple[int, int, int]]


@dataclass(frozen=True)
class Origin:
    """Everything that a manifest tells but the database file itself; moments are UTC."""

    version: int
    started_at: datetime
    published_at: datetime
    variables: Mapping[str, object]
    code: Code
    files: tuple[InputFile, ...]
    run: DbtRun
    audit: Audit


def audit(database: Path, run: DbtRun) -> Audit:
    """Return what the build says; PublishError unless everything was built and every test ran and passed."""
    with duckdb.connect(str(database), read_only=True) as connection:
        (invocation_id, status) = connection.execute(
            "select invocation_id, status from quality.build_log order by started_at desc, rowid desc limit 1"
        ).fetchone() or ("", "unknown")
        if status != "passed" or invocation_id != run.invocation_id or run.tests.failed:
            raise PublishError(f"the build has status {status}: not everything was built and tested")
        ((as_of, geography_date, *settings),) = connection.execute(
            "select as_of, geography_date, municipality_of, measure_months, window_months"
            " from marts.dim_parameters"
        ).fetchall()
        years = connection.execute(
            "select annex, min(year), max(year) from marts.dim_reporting_years group by annex order by annex"
        ).fetchall()
        balance = connection.execute(
            "select extract, delivered, accepted, quarantined from quality.balance order by extract"
        ).fetchall()
    return Audit(
        as_of=as_of and as_of.isoformat(),
        geography_date=geography_date.isoformat(),
        municipality_of=settings[0],
        measure_months=settings[1],
        window_months=settings[2],
        reporting_years={annex: (first, last) for annex, first, last in years},
        balance={extract: tuple(counts) for extract, *counts in balance},
    )


def seal(database: Path, origin: Origin) -> None:
    """Write the origin into the schema `quality` of a build, and all of the build to the disk.

    The tables carry the id of the dbt run: a later `dbt build` into the same file has another. Of the
    delivery only the name of the folder is stored, since a path can hold the name of a person. Raises
    OSError or duckdb.Error when the disk fails.
    """
    code, tests = origin.code, origin.run.tests
    raw_path = origin.variables.get("raw_path")
    row = (
        origin.run.invocation_id,
        origin.version,
        origin.published_at.replace(tzinfo=None),
        code.project,
        code.commit,
        code.is_changed,
        code.sha256,
        ", ".join(f"{name} {found}" for name, found in code.tools.items()),
        Path(str(raw_path)).name if raw_path else None,
        tests.passed,
        tests.warned,
    )
    with duckdb.connect(str(database)) as connection:
        connection.execute(_TABLES)
        connection.execute(f"insert into quality.publication values ({', '.join('?' * len(row))})", row)
        for file in origin.files:
            connection.execute(
                "insert into quality.input_files values (?, ?, ?)", (file.name, file.bytes, file.sha256)
            )
        for name in tests.warnings:
            connection.execute("insert into quality.test_warnings values (?)", (name,))
        connection.execute("checkpoint")
    if wal_of(database).exists():
        raise PublishError("the database could not be closed: changes stayed outside its file")
    sync(database)


def manifest(database: Path, origin: Origin) -> dict:
    """Return the manifest of a sealed build, ready for JSON."""
    names = ("delivered", "accepted", "quarantined")
    return {
        "version": origin.version,
        "started_at": origin.started_at.isoformat(),
        "published_at": origin.published_at.isoformat(),
        "invocation_id": origin.run.invocation_id,
        "variables": {
            "raw_path": origin.variables.get("raw_path"),
            "as_of": origin.audit.as_of,
            "geography_date": origin.audit.geography_date,
            "municipality_of": origin.audit.municipality_of,
            "measure_months": origin.audit.measure_months,
            "window_months": origin.audit.window_months,
            "reporting_years": origin.audit.reporting_years,
        },
        "given_variables": dict(origin.variables),
        "code": asdict(origin.code),
        "input_files": [asdict(file) for file in origin.files],
        "balance": {
            extract: dict(zip(names, counts, strict=True)) for extract, counts in origin.audit.balance.items()
        },
        "tests": asdict(origin.run.tests),
        "database": {
            "file": database.name,
            "bytes": database.stat().st_size,
            "sha256": sha256(database),
        },
    }
