"""What a build was made from and what it found, for the database and for its manifest."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from twe.errors import PublishError
from twe.warehouse import status as warehouse_status
from twe.warehouse.code import Code
from twe.warehouse.files import connect, sha256, sync, wal_of
from twe.warehouse.inputs import InputFile, delivered
from twe.warehouse.layout import layout_version

_TABLES = """
    create table quality.publication (
        invocation_id varchar, version integer, published_at timestamp,
        project_version varchar, git_commit varchar, is_changed boolean, code_sha256 varchar,
        tools varchar, delivery varchar
    );
    create table quality.input_files (file varchar, bytes bigint, sha256 varchar);
"""


@dataclass(frozen=True)
class Audit:
    """What a finished build holds: its days, settings, years by annex, balance, files and test results.

    `as_of` is None when no record is valid; `balance` holds (delivered, accepted, quarantined) rows by
    extract; `delivered` has no files for the bundled data; `warned_tests` are names.
    """

    invocation_id: str
    as_of: str | None
    geography_date: str
    municipality_of: str
    measure_months: int
    window_months: int
    reporting_years: dict[int, tuple[int, int]]
    balance: dict[str, tuple[int, int, int]]
    delivered: tuple[InputFile, ...]
    tests_passed: int
    warned_tests: tuple[str, ...]
    quarantine_accepted_by: str | None = None
    """Who accepts that too many rows are in the quarantine; None when there are not, or nobody does."""
    quarantine_excess: str | None = None
    """What most of these rows are in the quarantine for."""


@dataclass(frozen=True)
class Origin:
    """Everything that a manifest holds except the database file itself; moments are UTC."""

    version: int
    started_at: datetime
    published_at: datetime
    variables: Mapping[str, object]
    code: Code
    files: tuple[InputFile, ...]
    audit: Audit


def audit(database: Path) -> Audit:
    """Return what a build holds; PublishError unless everything was built and every test passed."""
    with connect(database) as connection:
        if reason := warehouse_status.check(connection):
            raise PublishError(reason)
        ((invocation_id, passed, warned),) = connection.execute(
            "select any_value(invocation_id), count(*) filter (status = 'pass'),"
            " list(split_part(node, '.', 3) order by node) filter (status = 'warn')"
            " from quality.node_results where resource_type = 'test'"
        ).fetchall()
        ((as_of, geography_date, *settings),) = connection.execute(
            "select as_of, geography_date, municipality_of, measure_months, window_months,"
            " quarantine_accepted_by from marts.dim_parameters"
        ).fetchall()
        years = connection.execute(
            "select annex, min(year), max(year) from marts.dim_reporting_years group by annex order by annex"
        ).fetchall()
        balance = connection.execute(
            "select extract, delivered, accepted, quarantined from quality.balance order by extract"
        ).fetchall()
        files = delivered(connection)
        above_limit = warehouse_status.excess(connection, ("warn",))
    return Audit(
        invocation_id=invocation_id,
        as_of=as_of and as_of.isoformat(),
        geography_date=geography_date.isoformat(),
        municipality_of=settings[0],
        measure_months=settings[1],
        window_months=settings[2],
        reporting_years={annex: (first, last) for annex, first, last in years},
        balance={extract: tuple(counts) for extract, *counts in balance},
        delivered=tuple(files),
        tests_passed=passed,
        warned_tests=tuple(warned or ()),
        quarantine_accepted_by=settings[3] if above_limit else None,
        quarantine_excess=above_limit,
    )


def seal(database: Path, origin: Origin) -> None:
    """Write the origin into schema `quality` of a build, and all of the build to the disk.

    A path can hold the name of a person, so of the delivery only the name of its folder is written. Raises
    OSError or duckdb.Error when the disk fails, PublishError when changes would stay outside the file.
    """
    code = origin.code
    raw_path = origin.variables.get("raw_path")
    delivery = Path(str(raw_path)).name if raw_path else None
    shown = {**origin.variables, **({"raw_path": delivery} if delivery else {})}
    variables = ", ".join(f"{name}: {value}" for name, value in sorted(shown.items()))
    row = (
        origin.audit.invocation_id,
        origin.version,
        origin.published_at.replace(tzinfo=None),
        code.project,
        code.commit,
        code.is_changed,
        code.sha256,
        ", ".join(f"{name} {found}" for name, found in code.tools.items()),
        delivery,
    )
    with connect(database, writable=True) as connection:
        connection.execute("update quality.node_results set variables = ?", [variables])
        connection.execute(_TABLES)
        connection.execute(f"insert into quality.publication values ({', '.join('?' * len(row))})", row)
        for file in origin.files:
            connection.execute(
                "insert into quality.input_files values (?, ?, ?)", (file.name, file.bytes, file.sha256)
            )
        connection.execute("checkpoint")
    if wal_of(database).exists():
        raise PublishError("the database could not be closed: changes stayed outside its file")
    sync(database)


def manifest(database: Path, origin: Origin) -> dict[str, Any]:
    """Return the manifest of a sealed build, ready for JSON."""
    names = ("delivered", "accepted", "quarantined")
    return {
        "version": origin.version,
        "started_at": origin.started_at.isoformat(),
        "published_at": origin.published_at.isoformat(),
        "invocation_id": origin.audit.invocation_id,
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
        "layout_version": layout_version(),
        "code": asdict(origin.code),
        "input_files": [asdict(file) for file in origin.files],
        "balance": {
            extract: dict(zip(names, counts, strict=True)) for extract, counts in origin.audit.balance.items()
        },
        "quarantine": {
            "accepted_by": origin.audit.quarantine_accepted_by,
            "above_limit": origin.audit.quarantine_excess,
        },
        "tests": {
            "passed": origin.audit.tests_passed,
            "warned": len(origin.audit.warned_tests),
            "warnings": list(origin.audit.warned_tests),
        },
        "database": {
            "file": database.name,
            "bytes": database.stat().st_size,
            "sha256": sha256(database),
        },
    }
