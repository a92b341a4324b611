"""The dbt project: the clone from which this package is installed, as `make` does, and its variables."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]


@cache
def variables() -> dict[str, Any]:
    """Return the dbt variables with the values that they have unless others are given (dbt_project.yml)."""
    found: dict[str, Any] = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    return found
