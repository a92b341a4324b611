"""One publication: build beside the published database, audit, replace."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from twe.errors import BusyError, PublishError, first_line
from twe.warehouse.code import code_version
from twe.warehouse.dbt import log_of, run_dbt
from twe.warehouse.files import connect, sync
from twe.warehouse.layout import layout_version, refusal
from twe.warehouse.lock import hold
from twe.warehouse.origin import audit, input_file, seal, seeds
from twe.warehouse.status import excess
from twe.warehouse.versions import Version, Versions

BuildInto = Callable[[Path, Mapping[str, object], int], None]
"""What builds and tests a new file with dbt variables, holding the lock; PublishError when that fails."""
Run = Callable[[Path, Mapping[str, object]], None]


@dataclass(frozen=True)
class Options:
    """What to publish where: the dbt variables, how many versions to keep, how long to wait for another.

    The build is compared with the state of the day `previous_as_of`, which is built first from the same
    delivery, or with the kept `previous_version`; with neither when both are None.
    """

    database: Path
    variables: Mapping[str, object]
    keep: int
    wait_seconds: float
    previous_as_of: str | None = None
    previous_version: int | None = None


def publish(options: Options, build_into: BuildInto = run_dbt) -> int:
    """Build, audit and publish; return the number of the version.

    Raises PublishError with one sentence when anything fails; the published database then is as it was.
    """
    with _publishing("Not published", options) as (versions, candidate, lock):
        versions.refuse_without_room()
        number = versions.next_number()
        run = partial(_run, versions, lock, build_into)
        compared = _earlier_state(versions, options, run)
        told = _build(candidate, number, options, compared, run)
        versions.refuse_unless_free()
        log = log_of(candidate)
        versions.replace(candidate, number, told, log if log.exists() else None)
        versions.prune(options.keep)
        versions.failed_log.unlink(missing_ok=True)
    return number


def restore(options: Options, number: int) -> None:
    """Publish a kept version again, and keep the one published now.

    Raises PublishError with one sentence when the version isn't kept or is damaged.
    """
    with _publishing("Not restored", options) as (versions, candidate, _):
        version = _numbered(versions, number)
        if not version.database.is_file():
            raise PublishError(f"version {number} is the published one")
        shutil.copyfile(version.database, candidate)
        sync(candidate)
        if not version.is_good(candidate):
            raise PublishError(f"the file of version {number} is damaged")
        with connect(candidate) as connection:
            if reason := refusal(connection):
                raise PublishError(f"version {number} can't be read: {reason}")
        versions.replace(candidate, number, version.manifest)
        versions.prune(options.keep)


@contextmanager
def _publishing(what: str, options: Options) -> Iterator[tuple[Versions, Path, int]]:
    """Hold the lock and a place for the new file; refusals begin with `what`."""
    versions = Versions(options.database)
    try:
        versions.folder.mkdir(parents=True, exist_ok=True)
        with hold(versions.lock, options.wait_seconds) as lock:
            versions.refuse_unless_free()
            try:
                versions.tidy()
                versions.building.mkdir()
                yield versions, versions.building / versions.published.name, lock
            finally:
                # What failed is the thing to tell; the next publication tidies too.
                with suppress(OSError):
                    versions.tidy()
    except (PublishError, OSError, duckdb.Error) as problem:
        raise _refusal(what, versions, problem) from problem


def _run(
    versions: Versions, lock: int, build_into: BuildInto, database: Path, variables: Mapping[str, object]
) -> None:
    """Build into a new file; when that fails, keep dbt's log, and say when the quarantine is the cause."""
    try:
        build_into(database, variables, lock)
    except PublishError as failure:
        reason = _quarantine(database) or str(failure)
        if reason.startswith("dbt build"):
            reason = f"{reason}; see {versions.failed_log}"
        with suppress(OSError):
            log_of(database).replace(versions.failed_log)
        raise PublishError(reason) from failure


def _quarantine(database: Path) -> str | None:
    try:
        with connect(database) as connection:
            reason = excess(connection)
            return reason and f"{reason}, correct the delivery or use --accept-quarantine"
    except (duckdb.IOException, duckdb.CatalogException):
        return None


def _numbered(versions: Versions, number: int) -> Version:
    for version in versions.all():
        if version.number == number:
            return version
    raise PublishError(f"version {number} is not among the kept ones; twe versions shows them")


def _earlier_state(versions: Versions, options: Options, run: Run) -> dict[str, str]:
    """Return the variable that names what to compare with, built now or kept; nothing when not asked for."""
    if options.previous_version is not None:
        version = _numbered(versions, options.previous_version)
        file = version.database if version.database.is_file() else versions.published
        if not version.is_good(file):
            raise PublishError(f"the file of version {version.number} is damaged")
        return {"previous_database": str(file)}
    if options.previous_as_of is None:
        return {}
    earlier = versions.building / "previous.duckdb"
    run(earlier, {**options.variables, "as_of": options.previous_as_of})
    audit(earlier)
    return {"previous_database": str(earlier)}


def _build(
    candidate: Path, number: int, options: Options, compared: Mapping[str, str], run: Run
) -> dict[str, Any]:
    """Build, audit and seal a candidate, and return its manifest."""
    started_at, variables = _now(), options.variables
    code = code_version()
    run(candidate, {**variables, **compared})
    found = audit(candidate)
    # Another delivery or another model half-way would give figures that belong to neither.
    if code_version() != code:
        raise PublishError("the models, macros or seeds changed during the build")
    folder, delivered = variables.get("raw_path"), found.pop("delivered")
    for file in delivered:
        path = Path(str(folder)) / file["name"]
        if not path.is_file() or input_file(path, file["name"]) != file:
            raise PublishError(f"the file {file['name']} changed during the build")
    compared_with = {"previous_as_of": options.previous_as_of, "previous_version": options.previous_version}
    given = {**variables, **compared_with}
    told = {
        "version": number,
        "started_at": started_at,
        "published_at": _now(),
        "invocation_id": found.pop("invocation_id"),
        "variables": {"raw_path": folder, **found.pop("variables")},
        "given_variables": {name: value for name, value in given.items() if value is not None},
        "layout_version": layout_version(),
        "code": asdict(code),
        "input_files": [*seeds(with_raw=folder is None), *delivered],
        **found,
    }
    return seal(candidate, told)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _refusal(what: str, versions: Versions, problem: Exception) -> PublishError:
    reason = first_line(problem)
    if isinstance(problem, OSError):
        where = problem.filename or versions.folder
        reason = f"{where} can't be read or written ({problem.strerror or problem})"
    if isinstance(problem, BusyError):
        return PublishError(f"{what}: {reason}.")
    before = (
        f"{versions.published} is unchanged" if versions.published.exists() else "there is no database yet"
    )
    return PublishError(f"{what}: {reason}; {before}.")
