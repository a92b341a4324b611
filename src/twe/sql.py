"""The SQL of the package, in files beside the modules that execute it."""

from functools import cache

from twe.project import PACKAGE


@cache
def statements(name: str) -> str:
    """Return the statements of a file, or its only query; `name` is its path in the package: check/rows."""
    return (PACKAGE / f"{name}.sql").read_text(encoding="utf-8")
