"""Landing a delivery: one relation per extract over the delivered files, and the list of these files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from twe.landing.contract import extracts
from twe.landing.delivery import Delivery, inspect_delivery
from twe.landing.faults import DeliveryRefused, printable
from twe.landing.views import relation
from twe.sql import statements
from twe.warehouse.files import sql_text

FILES = "delivered_files"
PERSON = "client_id"
FIRST_RECORDS = 100_000
"""How many records of a file are searched for national numbers: a second scan of a ledger would be dear."""


@dataclass(frozen=True)
class Landing:
    """What a folder was landed as: a select by relation name; `warnings` are whole sentences."""

    relations: dict[str, str]
    warnings: tuple[str, ...]

    def views(self) -> Iterator[str]:
        """Yield the statements that make the views in DuckDB, in a database in memory: nothing is stored."""
        yield "attach if not exists ':memory:' as landing"
        yield "create schema if not exists landing.landing"
        for name, select in self.relations.items():
            yield f"create or replace view landing.landing.{name} as {select}"

    def write_parquet(self, folder: Path) -> None:
        """Write each relation as <name>.parquet into `folder`, for an engine that can't read the files."""
        folder.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            for name, select in self.relations.items():
                target = sql_text(str(folder / f"{name}.parquet"))
                connection.execute(f"copy ({select}) to {target} (format parquet)")


def land(folder: str, *, is_bundled: bool = False) -> Landing:
    """Inspect the files of a folder and return how they are read; nothing is written.

    Files of the bundled seeds (`is_bundled`) are named after their extract. Raises DeliveryRefused with one
    sentence when an extract has no file or a file can't be read as it must.
    """
    delivery = inspected(folder)
    if delivery.faults:
        raise DeliveryRefused(delivery.faults[0])
    return landing_of(delivery, is_bundled=is_bundled)


def inspected(folder: str) -> Delivery:
    """Return what a folder holds, with all that it is refused for."""
    delivery = inspect_delivery(folder, extracts())
    delivery.faults += _national_numbers(delivery)
    return delivery


def landing_of(delivery: Delivery, *, is_bundled: bool = False) -> Landing:
    """Return how the files that can be read are read; there must be one."""
    rows = ", ".join(
        f"({file.file_id}, {sql_text(file.extract)}, {sql_text(file.extract if is_bundled else file.name)},"
        f" {file.bytes}, {sql_text(file.sha256)})"
        for file in delivery.files
    )
    relations = {
        FILES: "select cast(file_id as integer) as file_id, extract, source_file,"
        " cast(bytes as bigint) as bytes, sha256"
        f" from (values {rows}) as files (file_id, extract, source_file, bytes, sha256)"
    }
    for extract, wanted in extracts().items():
        relations[extract] = relation(wanted, [file for file in delivery.files if file.extract == extract])
    return Landing(relations, tuple(delivery.warnings))


def _national_numbers(delivery: Delivery) -> Iterator[str]:
    """Yield a sentence per file with national numbers among its first records; no value is shown."""
    with duckdb.connect() as connection:
        for file in delivery.files:
            person = tuple(column for column in extracts()[file.extract] if column.name == PERSON)
            rows = f"select {PERSON} as person from ({relation(person, [file])}) limit {FIRST_RECORDS}"
            connection.execute(f"create or replace temp view persons as {rows}")
            if connection.execute(statements("landing/national_numbers")).fetchall() == [(True,)]:
                yield (
                    f"The file {printable(file.name)} holds national numbers in the column {PERSON}: replace"
                    " them by pseudonyms before delivering it."
                )
