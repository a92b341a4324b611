"""Database files: how they are opened, their fingerprints, and how they survive a power cut."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import duckdb

from twe.errors import TweError, first_line

ALIAS = "twe"


def connect(path: Path | str, *, writable: bool = False) -> duckdb.DuckDBPyConnection:
    """Return a connection to a database file, which may have any name; duckdb.Error when it can't be opened.

    The name of a file that is opened by itself becomes its catalog, and `marts.figures` would be ambiguous
    in `marts.duckdb`. Here the catalog is always `twe`, as in dbt (profiles.yml).
    """
    connection = duckdb.connect()
    try:
        mode = "read_write" if writable else "read_only"
        connection.execute(f"attach {sql_text(path)} as {ALIAS} ({mode}); use {ALIAS}")
    except duckdb.Error:
        connection.close()
        raise
    return connection


@contextmanager
def opening(
    path: Path, what: str, error: type[TweError], *, missing: str = "", remedy: str = "", otherwise: str = ""
) -> Iterator[None]:
    """Raise `error` with one sentence when a file is missing, or the block can't open it as a database.

    `missing` is what to do when it is missing, `remedy` else; `otherwise` is what is wrong with a file that
    isn't in use by another process.
    """
    if path.is_dir():
        raise error(f"{path} is a folder; name the file of the {what}.")
    if not path.is_file():
        raise error(f"There is no {what} at {path}{missing and f'; {missing}'}.")
    try:
        yield
    except duckdb.Error as problem:
        is_locked = "lock" in str(problem).lower()
        if not (is_locked or otherwise):
            raise error(f"{path} is not a {what}: {first_line(problem)}.") from problem
        reason = "in use by another process" if is_locked else otherwise
        raise error(f"The {what} {path} is {reason}{remedy and f'; {remedy}'}.") from problem


def has_table(
    connection: duckdb.DuckDBPyConnection, table: str, database: str | None = None, column: str | None = None
) -> bool:
    """Return whether a database, else the one in use, has a table by its schema and name.

    With `column`, whether it or a view of that name has that column.
    """
    schema, _, name = table.rpartition(".")
    relations = "duckdb_columns()" if column else "duckdb_tables()"
    # No parameter: for its first one DuckDB imports pandas, if it is installed.
    found = connection.execute(
        f"select 1 from {relations} where schema_name = {sql_text(schema)} and table_name = {sql_text(name)}"
        f" and database_name = {sql_text(database) if database else 'current_database()'}"
        + (f" and column_name = {sql_text(column)}" if column else "")
    ).fetchone()
    return found is not None


def is_published(path: Path | str) -> bool:
    """Return whether a publication made this file; False for what can't be read as a database."""
    if not Path(path).is_file():
        return False
    try:
        with connect(path) as connection:
            return has_table(connection, "quality.publication")
    except duckdb.Error:
        return False


def sql_text(value: object) -> str:
    """Return a value as a SQL text."""
    return "'" + str(value).replace("'", "''") + "'"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; the file is read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk; OSError when the disk fails."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def part_of(path: Path) -> Path:
    """Return where `write_whole` writes before the file is whole."""
    return path.with_name(f"{path.name}.part")


def write_whole(path: Path, text: str) -> None:
    """Write a text file that is there wholly or not at all; OSError when the disk fails."""
    part = part_of(path)
    try:
        part.write_text(text, encoding="utf-8")
        sync(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)


def write_json(path: Path, content: object) -> None:
    """Write a document for people and machines, the same bytes for the same content; OSError as open()."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8")


def json_number(value: int | float | Decimal | None) -> int | float | None:
    """Return a figure as JSON has it, a whole one without decimals."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == int(value) else float(value)


def default_release(database: Path) -> Path:
    """Return where the release of a warehouse is when nobody says otherwise."""
    return database.with_suffix(".publication.duckdb")


def wal_of(database: Path) -> Path:
    """Return where DuckDB keeps the changes that aren't yet in a database file."""
    return database.with_name(f"{database.name}.wal")


def answer_functions(connection: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """Return the statements that make the ready answers of `source` in a file with the same tables.

    A function reads the tables of the file that it is in: in a release the protected figures.
    """
    found = connection.execute(
        "select function_name, array_to_string(parameters, ', '), macro_definition from duckdb_functions()"
        " where database_name = ? and schema_name = 'questions' and function_name = 'answers'",
        [source],
    ).fetchall()
    return [
        "create schema if not exists questions",
        *(f"create macro questions.{name}({given}) as table {body}" for name, given, body in found),
    ]
