"""HTML pages, from templates in which every text is escaped."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, select_autoescape


def page_of(template: Path, filters: Mapping[str, Callable[..., Any]], **facts: object) -> str:
    """Return the text of a page: a template with its filters, by name, and what it shows."""
    environment = Environment(
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment.from_string(template.read_text(encoding="utf-8")).render(**facts)
