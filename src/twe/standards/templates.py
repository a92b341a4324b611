"""The documents of the standards, from templates beside this module with a few facts to fill in."""

import json
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from twe.standards.catalogue import TITLE, Catalogue

_TEMPLATES = Environment(
    loader=PackageLoader("twe.standards", ""),
    autoescape=select_autoescape(("xml.j2",)),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)
_TEMPLATES.policies["json.dumps_kwargs"] = {"sort_keys": False}


def text(file: str, catalogue: Catalogue, **facts: object) -> str:
    """Return the text of a file that is described by its template."""
    return _TEMPLATES.get_template(f"{file}.j2").render(catalogue=catalogue, title=TITLE, **facts)


def document(file: str, catalogue: Catalogue, **facts: object) -> Any:
    """Return the content of a JSON file that is described by its template."""
    return json.loads(text(file, catalogue, **facts))
