"""One check: what a build would refuse of a delivery, found by the models of the project in memory."""

import contextlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import yaml

from twe.errors import CheckError
from twe.export.progress import Progress
from twe.landing.contract import OPTIONAL_EXTRACTS, extracts
from twe.landing.delivery import Delivery, File
from twe.landing.landing import inspected, landing_of
from twe.project import PROJECT
from twe.warehouse.compiled import compiled_statements, execute
from twe.warehouse.files import ALIAS, connect

KEPT = PROJECT / "target"
_FOLDER = Path(__file__).parent
MODELS = ("quarantine_summary", "warnings", "balance")
SHAPES = 3
"""How many shapes are shown of what is refused in a column for one reason."""


@dataclass(frozen=True)
class Finding:
    """Rows of a file (of an extract, where `file` is empty) with one reason or warning, about one column."""

    extract: str
    file: str
    reason: str
    column: str
    rows: int
    share: float
    shapes: tuple[str, ...] = ()
    """Of the values, the most frequent first; never a value."""


@dataclass(frozen=True)
class Contents:
    """What a delivery is about; its months are those of booking, its municipalities have code and name."""

    rows: Mapping[str, int]
    months: frozenset[str]
    municipalities: frozenset[str]


@dataclass
class Outcome:
    """What was found. `rows` has the delivered and the refused rows by the number of a file."""

    folder: str
    delivery: Delivery
    limit: float
    rows: dict[int, tuple[int, int]] = field(default_factory=dict)
    refused: list[Finding] = field(default_factory=list)
    warned: list[Finding] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    """The Dutch ones, by code."""
    is_above_limit: bool = False
    contents: Contents | None = None
    previous: Contents | None = None

    @property
    def code(self) -> int:
        """Return 0 when the delivery is accepted, 1 when too much doesn't count, 2 when it is refused."""
        return 2 if self.delivery.faults else int(self.is_above_limit)

    @property
    def unchecked(self) -> list[str]:
        """Return the extracts without a file that can be read."""
        readable = {file.extract for file in self.delivery.files}
        refused = " ".join(self.delivery.faults).lower()
        return [
            name
            for name in extracts()
            if name not in readable and (name not in OPTIONAL_EXTRACTS or f"the file {name}" in refused)
        ]

    def files(self) -> list[tuple[File, int, int]]:
        """Return the files that can be read, with their delivered and their refused rows."""
        return [(file, *self.rows.get(file.file_id, (0, 0))) for file in self.delivery.files]

    def gone(self, what: str) -> list[str]:
        """Return the months or the municipalities of the previous delivery that this one lacks."""
        now, before = (getattr(each, what, frozenset[str]()) for each in (self.contents, self.previous))
        return sorted(before - now)


def check(
    folder: Path, variables: Mapping[str, object], previous: Path | None, progress: Progress
) -> Outcome:
    """Check the files of a folder; nothing is written but the compiled models, into folder `target`.

    Raises TweError when dbt can't compile, or when `previous` is not a warehouse.
    """
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    limit = (settings | variables)["max_quarantined_share"]
    if not isinstance(limit, int | float):
        raise CheckError(f'The variable max_quarantined_share must be a number from 0 to 1, not "{limit}".')
    progress.step("files")
    found = Outcome(str(folder), inspected(str(folder)), limit)
    if previous:
        try:
            with connect(previous) as warehouse:
                found.previous = _contents(warehouse)
        except duckdb.Error:
            raise CheckError(f"{previous} is not a warehouse that can be read.") from None
    if found.delivery.files:
        progress.step("models: dbt compiles them when they changed")
        statements = compiled_statements(variables, MODELS, KEPT)
        progress.step("rows")
        try:
            _run(found, statements)
        except duckdb.Error as problem:
            # Its message may quote a value.
            raise CheckError(f"The rows can't be checked: {type(problem).__name__} of DuckDB.") from None
    return found


def _run(found: Outcome, statements: list[str]) -> None:
    """Make the tables of the models in memory and read what they say."""
    with (
        tempfile.TemporaryDirectory(prefix="twe-check-") as spilled,
        duckdb.connect(config={"temp_directory": spilled}) as connection,
    ):
        connection.execute(f"attach ':memory:' as {ALIAS}; use {ALIAS}")
        execute(connection, landing_of(found.delivery).views())
        execute(connection, statements)
        for name in (name.removeprefix("raw_") for name in extracts()):
            counted = connection.execute(
                "select file_id, count(*), count(rejected.file_id)"
                f" from staging.stg_{name} left join intermediate.int_{name}__rejected as rejected"
                " using (file_id, source_row) group by file_id"
            ).fetchall()
            found.rows |= {file_id: (rows, refused) for file_id, rows, refused in counted}
        refused, warned = (
            connection.execute((_FOLDER / name).read_text(encoding="utf-8")).fetchall()
            for name in ("refused.sql", "warned.sql")
        )
        found.refused = [Finding(*row[:6], shapes=tuple(row[6][:SHAPES])) for row in refused]
        found.warned = [Finding(*row[:6], shapes=tuple(row[6][:SHAPES])) for row in warned]
        shares = [finding.share for finding in found.warned]
        found.is_above_limit = any(row[7] for row in refused) or max(shares, default=0) > found.limit
        labels = connection.execute(
            "select concat_ws(' ', code_list, code), label_nl from reference.quality_codes"
        ).fetchall()
        found.labels = dict(labels)
        found.contents = _contents(connection)


def _contents(connection: duckdb.DuckDBPyConnection) -> Contents:
    """Return what a warehouse was built from; without the records of persons only the rows per extract."""
    rows = connection.execute("select extract, delivered from quality.balance").fetchall()
    months: list[tuple[str]] = []
    municipalities: list[tuple[str]] = []
    with contextlib.suppress(duckdb.CatalogException):
        months = connection.execute(
            "select distinct strftime(booked_on, '%Y-%m') from staging.stg_subsidies"
            " where booked_on is not null"
        ).fetchall()
        municipalities = connection.execute(
            "select distinct concat_ws(' ', nis_code, name) from reference.municipalities where nis_code in ("
            "select ocmw_nis from staging.stg_trajectories union select ocmw_nis from staging.stg_subsidies)"
        ).fetchall()
    return Contents(dict(rows), *(frozenset(text for (text,) in found) for found in (months, municipalities)))
