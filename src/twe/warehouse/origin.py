"""What a build was made from and what it found, for the database and for its manifest."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from twe.errors import PublishError
from twe.project import PROJECT
from twe.sql import statements
from twe.warehouse import status as warehouse_status
from twe.warehouse.files import connect, sha256, sync, wal_of


@dataclass(frozen=True)
class Publication:
    """What a published version says of its origin: the columns of quality.publication.

    Commit and changes are None where git wasn't there, `delivery` is the name of the folder of the delivery,
    None for the bundled data; `published_at` is UTC.
    """

    invocation_id: str
    version: int
    published_at: datetime
    project_version: str
    git_commit: str | None
    is_changed: bool | None
    code_sha256: str
    tools: str
    delivery: str | None


def audit(database: Path) -> dict[str, Any]:
    """Return what a build holds, by the names of the manifest; `delivered` are its files, none if bundled.

    `as_of` is None when no record is valid. PublishError unless everything was built and every test passed.
    """
    with connect(database) as connection:
        if reason := warehouse_status.check(connection):
            raise PublishError(reason)
        ((found,),) = connection.execute(statements("warehouse/audit")).fetchall()
        above_limit = warehouse_status.excess(connection, ("warn",))
    manifest: dict[str, Any] = found
    manifest["quarantine"]["above_limit"] = above_limit
    if not above_limit:
        manifest["quarantine"]["accepted_by"] = None
    return manifest


def input_file(path: Path, name: str) -> dict[str, Any]:
    """Return a file that a build reads, under its name without folder (seeds: path in the project)."""
    return {"name": name, "bytes": path.stat().st_size, "sha256": sha256(path)}


def seeds(with_raw: bool) -> list[dict[str, Any]]:
    """Return the reference data of the project and, with `with_raw`, the bundled demonstration delivery."""
    folders = ["seeds/reference", *(["seeds/raw"] if with_raw else [])]
    paths = sorted(path for folder in folders for path in (PROJECT / folder).glob("*.csv"))
    return [input_file(path, str(path.relative_to(PROJECT))) for path in paths]


def seal(database: Path, told: Mapping[str, Any]) -> dict[str, Any]:
    """Write a manifest into schema `quality` of a build, all of the build to the disk, and return it whole.

    A path can hold the name of a person, so of the delivery only the name of its folder is written. Raises
    OSError or duckdb.Error when the disk fails, PublishError when changes would stay outside the file.
    """
    code, given = told["code"], dict(told["given_variables"])
    if given.get("raw_path"):
        given["raw_path"] = Path(str(given["raw_path"])).name
    publication = Publication(
        invocation_id=told["invocation_id"],
        version=told["version"],
        published_at=told["published_at"].replace(tzinfo=None),
        project_version=code["project"],
        git_commit=code["commit"],
        is_changed=code["is_changed"],
        code_sha256=code["sha256"],
        tools=", ".join(f"{name} {found}" for name, found in code["tools"].items()),
        delivery=given.get("raw_path"),
    )
    with connect(database, writable=True) as connection:
        variables = ", ".join(f"{name}: {value}" for name, value in sorted(given.items()))
        connection.execute("update quality.node_results set variables = ?", [variables])
        connection.execute(statements("warehouse/publication"))
        row = astuple(publication)
        connection.execute(f"insert into quality.publication values ({', '.join('?' * len(row))})", row)
        for file in told["input_files"]:
            connection.execute("insert into quality.input_files values (?, ?, ?)", [*file.values()])
        connection.execute("checkpoint")
    if wal_of(database).exists():
        raise PublishError("the database could not be closed: changes stayed outside its file")
    sync(database)
    moments = {name: told[name].isoformat() for name in ("started_at", "published_at")}
    described = {"file": database.name, "bytes": database.stat().st_size, "sha256": sha256(database)}
    return {**told, **moments, "database": described}
