"""DCAT-AP 3 as JSON-LD, with what the profile of Flanders, DCAT-AP VL, asks of an open data set.

An exact edition or a draft is described as not public, and so outside that profile. A contact without an
e-mail address and a licence that nobody gave are left out: the profile asks for both.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from twe.standards.catalogue import Catalogue
from twe.standards.templates import document
from twe.warehouse.files import write_json

FILE = "dcat.jsonld"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def write(catalogue: Catalogue, folder: Path) -> None:
    """Write the description of the files that are in the folder."""
    files = sorted(path.name for path in folder.iterdir() if path.name != FILE)
    write_json(folder / FILE, described(catalogue, files))


def described(catalogue: Catalogue, files: Iterable[str]) -> Any:
    """Return a catalogue with the data set and a distribution per file."""
    email = _EMAIL.search(catalogue.publisher.contact)
    titles = {f"{table.name}.csv": table.title for table in catalogue.tables}
    titles = {name: titles.get(name, name) for name in files}
    return document(FILE, catalogue, titles=titles, email=email and email[0])
