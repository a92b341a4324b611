"""The dbt project that the commands work on, and its variables."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from twe.errors import TweError

PACKAGE = Path(__file__).resolve().parent
PARTS = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests/generic", "tests/singular")
"""What dbt reads of the project."""


def _project() -> Path:
    """Return the current folder when its dbt_project.yml is one of ours, else the clone of this package.

    Ours lists the columns of the raw extracts, whatever its name. A package that was installed
    from a wheel has no clone: what is returned then holds no project.
    """
    file = Path("dbt_project.yml")
    return Path.cwd() if file.is_file() and b"raw_columns:" in file.read_bytes() else PACKAGE.parents[1]


PROJECT = _project()


def require_project() -> None:
    """Raise TweError when there is no project to work on."""
    if not (PROJECT / "dbt_project.yml").is_file():
        raise TweError(
            "The current folder is not a project of twe: go to one, or make one with twe init DIR."
        )


@cache
def texts(name: str) -> dict[str, Any]:
    """Return a YAML file of the package, which has words or descriptions; `name` is its path in it."""
    found: dict[str, Any] = yaml.safe_load((PACKAGE / f"{name}.yml").read_text(encoding="utf-8"))
    return found


@cache
def variables() -> dict[str, Any]:
    """Return the dbt variables with the values that they have unless others are given (dbt_project.yml)."""
    found: dict[str, Any] = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    return found
