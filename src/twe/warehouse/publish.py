"""One publication: build beside the published database, audit, replace."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb

from twe.errors import BusyError, PublishError, first_line
from twe.warehouse.code import code_version
from twe.warehouse.dbt import log_of, run_dbt
from twe.warehouse.files import connect, sync
from twe.warehouse.inputs import seeds
from twe.warehouse.layout import refusal
from twe.warehouse.lock import hold
from twe.warehouse.origin import Origin, audit, manifest, seal
from twe.warehouse.status import excess
from twe.warehouse.versions import Version, Versions


class BuildInto(Protocol):
    """What builds and tests a warehouse: `run_dbt`, or a function like it."""

    def __call__(self, database: Path, variables: Mapping[str, object], lock: int) -> None:
        """Build into the new file `database`; PublishError when that fails."""


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
    versions = Versions(options.database)
    try:
        versions.make_folder()
        with hold(versions.lock, options.wait_seconds) as lock:
            versions.refuse_unless_free()
            try:
                versions.tidy()
                versions.refuse_without_room()
                versions.building.mkdir()
                number = versions.next_number()
                candidate = versions.building / versions.published.name
                compared = _earlier_state(versions, options, lock, build_into)
                told = _build(versions, candidate, number, options, compared, lock, build_into)
                versions.refuse_unless_free()
                log = log_of(candidate)
                versions.replace(candidate, number, told, log if log.exists() else None)
                versions.prune(options.keep)
                versions.failed_log.unlink(missing_ok=True)
            finally:
                # What failed is the thing to tell; the next publication tidies too.
                with suppress(OSError):
                    versions.tidy()
    except (PublishError, OSError, duckdb.Error) as problem:
        raise _refusal("Not published", versions, problem) from problem
    return number


def _run(
    build_into: BuildInto, database: Path, variables: Mapping[str, object], lock: int, versions: Versions
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


def restore(options: Options, number: int) -> None:
    """Publish a kept version again, and keep the one published now.

    Raises PublishError with one sentence when the version isn't kept or is damaged.
    """
    versions = Versions(options.database)
    try:
        versions.make_folder()
        with hold(versions.lock, options.wait_seconds):
            versions.refuse_unless_free()
            try:
                versions.tidy()
                version = _kept(versions, number)
                versions.building.mkdir()
                candidate = versions.building / versions.published.name
                shutil.copyfile(version.database, candidate)
                sync(candidate)
                if not version.is_good(candidate):
                    raise PublishError(f"the file of version {number} is damaged")
                with connect(candidate) as connection:
                    if reason := refusal(connection):
                        raise PublishError(f"version {number} can't be read: {reason}")
                versions.replace(candidate, number, version.manifest)
                versions.prune(options.keep)
            finally:
                with suppress(OSError):
                    versions.tidy()
    except (PublishError, OSError) as problem:
        raise _refusal("Not restored", versions, problem) from problem


def _kept(versions: Versions, number: int) -> Version:
    for version in versions.all():
        if version.number == number and version.database.is_file():
            return version
        if version.number == number:
            raise PublishError(f"version {number} is the published one")
    raise PublishError(f"version {number} is not among the kept ones; twe versions shows them")


def _earlier_state(versions: Versions, options: Options, lock: int, build_into: BuildInto) -> dict[str, str]:
    """Return the variable that names what to compare with, built now or kept; nothing when not asked for."""
    if options.previous_version is not None:
        return {"previous_database": str(_earlier_version(versions, options.previous_version))}
    if options.previous_as_of is None:
        return {}
    earlier = versions.building / "previous.duckdb"
    _run(build_into, earlier, {**options.variables, "as_of": options.previous_as_of}, lock, versions)
    audit(earlier)
    return {"previous_database": str(earlier)}


def _earlier_version(versions: Versions, number: int) -> Path:
    """Return the file of a kept version or of the published one, once it is known to be undamaged."""
    for version in versions.all():
        if version.number == number:
            file = version.database if version.database.is_file() else versions.published
            if not version.is_good(file):
                raise PublishError(f"the file of version {number} is damaged")
            return file
    raise PublishError(f"version {number} is not among the kept ones; twe versions shows them")


def _build(
    versions: Versions,
    candidate: Path,
    number: int,
    options: Options,
    compared: Mapping[str, str],
    lock: int,
    build_into: BuildInto,
) -> dict[str, Any]:
    """Build, audit and seal a candidate, and return its manifest."""
    started_at, variables = _now(), options.variables
    code = code_version()
    _run(build_into, candidate, {**variables, **compared}, lock, versions)
    audited = audit(candidate)
    # Another delivery or another model half-way would give figures that belong to neither.
    if code_version() != code:
        raise PublishError("the models, macros or seeds changed during the build")
    folder = variables.get("raw_path")
    for file in audited.delivered:
        if not file.is_at(Path(str(folder)) / file.name):
            raise PublishError(f"the file {file.name} changed during the build")
    compared_with = {"previous_as_of": options.previous_as_of, "previous_version": options.previous_version}
    given = {**variables, **compared_with}
    asked = {name: value for name, value in given.items() if value is not None}
    files = (*seeds(with_raw=folder is None), *audited.delivered)
    origin = Origin(number, started_at, _now(), asked, code, files, audited)
    seal(candidate, origin)
    return manifest(candidate, origin)


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
        f"{versions.published} is as it was" if versions.published.exists() else "there is no database yet"
    )
    return PublishError(f"{what}: {reason}; {before}.")
