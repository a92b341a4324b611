"""Whether a built warehouse may be used, by its table quality.node_results (macros/node_results.sql)."""

from datetime import datetime

import duckdb

from twe.sql import statements
from twe.warehouse.files import has_table
from twe.warehouse.layout import refusal

LIMIT = "quarantined_share_is_within_limit"
"""The test that fails above variable max_quarantined_share."""
_GOOD = ("success", "pass", "warn")
# What is wrong with a node of another status and what to do, the gravest first.
_PROBLEMS = {
    "error": ("failed", "run dbt build until everything passes"),
    "fail": ("failed", "run dbt build until everything passes"),
    "unfinished": ("did not finish", "run dbt build"),
    "skipped": ("was skipped", "run dbt build"),
    "missing": ("was never run", "run dbt build"),
    "empty": ("was built with --empty or --sample", "run dbt build"),
    "untested": ("did not run since its table was built", "run dbt test"),
}


def check(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return why a warehouse may not be used and what to do, as the end of a sentence; None when it may.

    Every model, seed and data test must have run and passed, all models with the same variables, and every
    table must have the rows that were built. `connection` is to the file itself.
    """
    if reason := refusal(connection):
        return reason
    # A release file has this table without its variables.
    has_variables = has_table(connection, "quality.node_results", column="variables")
    if not has_variables or built_at(connection) is None:
        return "it is not a built warehouse: run dbt build"
    return _bad_status(connection) or _different_variables(connection) or _changed_table(connection)


def built_at(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return when the last dbt command that changed or tested the warehouse ended, UTC."""
    moment: datetime | None
    ((moment,),) = connection.execute("select max(finished_at) from quality.node_results").fetchall()
    return moment


def excess(connection: duckdb.DuckDBPyConnection, statuses: tuple[str, ...] = ("fail",)) -> str | None:
    """Return what most rows are in the quarantine for in each extract that has too many; None otherwise.

    Only when the test of variable max_quarantined_share has one of these statuses.
    """
    tested = connection.execute(
        "select 1 from quality.node_results"
        " where split_part(node, '.', 3) = ? and status in (select unnest(?))",
        [LIMIT, statuses],
    ).fetchone()
    if not tested:
        return None
    found = connection.execute(statements("warehouse/excess")).fetchall()
    causes = [
        f"{reason}{f' of {column}' if column else ''}{f' ({shape})' if shape else ''}"
        f" in {100 * share:.1f}% of the rows of {file} ({extract})"
        for extract, file, reason, column, shape, share in found
    ]
    return f"too many rows are in the quarantine: {', '.join(causes)}"


def _bad_status(connection: duckdb.DuckDBPyConnection) -> str | None:
    found: dict[str, list[str]] = {}
    for status, kind, name in connection.execute(
        "select status, resource_type, split_part(node, '.', 3) from quality.node_results"
        " where status not in (select unnest(?)) order by node",
        [_GOOD],
    ).fetchall():
        found.setdefault(status, []).append(f"{kind} {name}")
    if not found:
        return None
    status = next((status for status in _PROBLEMS if status in found), min(found))
    problem, remedy = _PROBLEMS.get(status, (f"has status {status}", "run dbt build"))
    if status == "fail" and (reason := excess(connection)):
        return f"{reason}, see quality.quarantine_summary"
    first, *others = found[status]
    return f"{first} {problem}{f', and {len(others)} more' if others else ''}: {remedy}"


def _different_variables(connection: duckdb.DuckDBPyConnection) -> str | None:
    found = connection.execute(
        "select distinct variables from quality.node_results where resource_type = 'model' order by variables"
    ).fetchall()
    if len(found) <= 1:
        return None
    texts = "; ".join(text or "none" for (text,) in found)
    return f"its tables were built with different variables ({texts}): run one dbt build"


def _changed_table(connection: duckdb.DuckDBPyConnection) -> str | None:
    for relation, rows, is_stored in connection.execute(
        "select relation, stored_rows, table_name is not null from quality.node_results"
        " left join duckdb_tables()"
        " on relation = schema_name || '.' || table_name and database_name = current_database()"
        " where relation is not null order by relation"
    ).fetchall():
        if not is_stored:
            return f"table {relation} is missing: run dbt build"
        ((found,),) = connection.execute(f"select count(*) from {relation}").fetchall()
        if found != rows:
            return f"table {relation} has {found} rows, but {rows} were built: run dbt build"
    return None
