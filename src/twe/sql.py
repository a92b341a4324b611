"""The SQL of the package, in files beside the modules that execute it."""

import re
from functools import cache

from twe.project import PACKAGE


@cache
def statements(name: str) -> str:
    """Return the statements of a file, or its only query; `name` is its path in the package: check/rows."""
    return (PACKAGE / f"{name}.sql").read_text(encoding="utf-8")


def query(name: str, **given: str) -> str:
    """Return the only query of a file, which reads the queries `given` under their names."""
    text = statements(name)
    expressions = ", ".join(f"{known} as ({found})" for known, found in given.items())
    own = re.search(r"^with\b", text, re.MULTILINE)
    return f"with {expressions}, {text[own.end() :]}" if own else f"with {expressions} {text}"
