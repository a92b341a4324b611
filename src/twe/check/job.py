"""One check: what a build would refuse of a delivery, found by the models of the project in memory."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from twe import project
from twe.errors import TweError
from twe.export.progress import Progress
from twe.landing.contract import OPTIONAL_EXTRACTS, extracts
from twe.landing.delivery import Delivery
from twe.landing.landing import inspected, landing_of
from twe.sql import statements
from twe.warehouse.compiled import compiled_statements, execute
from twe.warehouse.files import ALIAS, connect

KEPT = project.PROJECT / "target"
MODELS = ("quarantine_summary", "warnings", "balance", "dim_parameters")


@dataclass(frozen=True)
class Finding:
    """Rows of a file (of an extract, where `file` is empty) with one reason or warning, about one column.

    `shapes` are those of the values, the most frequent first; never a value.
    """

    extract: str
    file: str
    reason: str
    column: str
    rows: int
    share: float
    shapes: list[str]
    is_above_limit: bool


@dataclass
class Outcome:
    """What was found. `rows` has the delivered and the refused rows by the number of a file.

    `contents` and `previous` have the rows of this and of the previous delivery by (subject, name).
    """

    folder: str
    delivery: Delivery
    limit: float
    is_synthetic: bool = False
    rows: dict[int, tuple[int, int]] = field(default_factory=dict)
    refused: list[Finding] = field(default_factory=list)
    warned: list[Finding] = field(default_factory=list)
    contents: dict[tuple[str, str], int] = field(default_factory=dict)
    previous: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def code(self) -> int:
        """Return 0: accepted; 1: more than the limit in the quarantine or with one warning; 2: refused."""
        is_above = self.loses_too_much or any(finding.share > self.limit for finding in self.warned)
        return 2 if self.delivery.faults else int(is_above)

    @property
    def loses_too_much(self) -> bool:
        """Return whether more rows than the limit are in the quarantine; else a warning is too frequent."""
        return any(finding.is_above_limit for finding in self.refused)

    @property
    def unchecked(self) -> list[str]:
        """Return the extracts without a file that can be read; of the optional one only if it has a file."""
        readable = {file.extract for file in self.delivery.files}
        refused = " ".join(self.delivery.faults).lower()
        needed = (name for name in extracts() if name not in OPTIONAL_EXTRACTS or f"file {name}" in refused)
        return [name for name in needed if name not in readable]

    def gone(self, subject: str) -> list[str]:
        """Return the months or the municipalities of the previous delivery that this one lacks."""
        return [name for kind, name in self.previous if kind == subject and (kind, name) not in self.contents]


def check(
    folder: Path, variables: Mapping[str, object], previous: Path | None, progress: Progress
) -> Outcome:
    """Check the files of a folder; nothing is written but the compiled models, into folder `target`.

    Raises TweError when dbt can't compile, or when `previous` can't be compared with.
    """
    limit = {**project.variables(), **variables}["max_quarantined_share"]
    if not isinstance(limit, int | float):
        raise TweError(f'The variable max_quarantined_share must be a number from 0 to 1, not "{limit}".')
    before: dict[tuple[str, str], int] = {}
    if previous:
        try:
            with connect(previous) as warehouse:
                before = _contents(warehouse)
        except duckdb.Error:
            raise TweError(f"{previous} is not a built warehouse with the records of persons.") from None
    progress.step("files")
    found = Outcome(str(folder), inspected(str(folder)), limit, previous=before)
    if found.delivery.files:
        progress.step("models: dbt compiles them when they changed")
        compiled = compiled_statements(variables, MODELS, KEPT)
        progress.step("rows")
        try:
            _run(found, compiled)
        except duckdb.Error as problem:
            # Its message may quote a value.
            raise TweError(f"The rows can't be checked: {type(problem).__name__} of DuckDB.") from None
    return found


def _run(found: Outcome, compiled: list[str]) -> None:
    """Make the tables of the models in memory, or within TWE_MEMORY_LIMIT, and read what they say."""
    with (
        tempfile.TemporaryDirectory(prefix="twe-check-") as spilled,
        duckdb.connect(config={"temp_directory": spilled}) as connection,
    ):
        if limit := os.environ.get("TWE_MEMORY_LIMIT"):
            connection.execute("set memory_limit = $1", [limit])
        connection.execute(f"attach ':memory:' as {ALIAS}; use {ALIAS}")
        execute(connection, landing_of(found.delivery).views())
        execute(connection, compiled)
        found.rows = {file_id: (rows, refused) for file_id, rows, refused in _fetch(connection, "rows")}
        found.refused = [Finding(*row) for row in _fetch(connection, "refused")]
        found.warned = [Finding(*row) for row in _fetch(connection, "warned")]
        found.contents = _contents(connection)
        synthetic = connection.execute("select is_synthetic from marts.dim_parameters").fetchone()
        found.is_synthetic = bool(synthetic and synthetic[0])


def _contents(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    return {(subject, name): rows for subject, name, rows in _fetch(connection, "contents")}


def _fetch(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(statements(f"check/{query}")).fetchall()
