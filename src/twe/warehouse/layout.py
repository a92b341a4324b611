"""The version of the layout of a warehouse or release: another one can't be read by this code."""

import duckdb

from twe.project import variables
from twe.warehouse.files import has_table


def layout_version() -> int:
    """Return the version that a build writes into marts.dim_parameters (dbt_project.yml)."""
    return int(variables()["layout_version"])


def refusal(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return who made a file of another layout, as the end of a sentence; None when this code can read it.

    `connection` is to the file itself, a warehouse or a release.
    """
    if not has_table(connection, "marts.dim_parameters", column="as_of"):
        return None
    if has_table(connection, "marts.dim_parameters", column="layout_version"):
        try:
            found = connection.execute("select max(layout_version) from marts.dim_parameters").fetchall()
        except duckdb.BinderException:
            return None  # a view of a dbt clone: the status of the tables refuses it
        # A build with --empty has no version; the status of its tables refuses it.
        if found in ([(layout_version(),)], [(None,)]):
            return None
    maker = "another version of the project"
    if has_table(connection, "quality.publication", column="git_commit"):
        rows = connection.execute("select project_version, git_commit from quality.publication").fetchall()
        maker = made_by(*rows[0]) if rows else maker
    return f"its tables are those of another layout, made by {maker}: build it again"


def made_by(project_version: str, git_commit: str | None) -> str:
    """Return the code that made a version, for a sentence or a list."""
    return f"version {project_version}" + (f", commit {git_commit[:7]}" if git_commit else "")
