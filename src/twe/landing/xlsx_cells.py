"""The cells of a workbook that python-calamine reads as empty although something stands there."""

import io
import re
import zipfile
from pathlib import Path
from posixpath import join, normpath
from xml.etree import ElementTree

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def cells_without_value(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Return errors, as `#N/A`, and formulas without a result, as `=A1`, by row and column from 0.

    Read as empty they would count as not given. KeyError, BadZipFile or ParseError when the workbook is
    broken.
    """
    with zipfile.ZipFile(path) as archive:
        content = archive.read(_part(archive, sheet))
    found: dict[tuple[int, int], str] = {}
    # Most sheets have neither: nothing is parsed then.
    if not re.search(rb"""\bt=["']e["']|<(\w+:)?f\b""", content):
        return found
    row = column = -1
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):
        name, place = _name(element), element.get("r", "")
        if event == "start" and name == "row":
            row, column = int(place) - 1 if place else row + 1, -1
        elif event == "start" and name == "c":
            column = _column(place) if place else column + 1
        elif event == "end" and name == "c":
            parts = {_name(part): part.text or "" for part in element}
            if element.get("t") == "e":
                found[row, column] = parts.get("v", "#")
            elif "f" in parts and not parts.get("v") and element.get("t") != "str":
                found[row, column] = f"={parts['f']}"
        elif event == "end" and name == "row":
            element.clear()
    return found


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the file in the archive that holds a sheet."""
    sheets = (
        part for part in ElementTree.fromstring(archive.read(_WORKBOOK)).iter() if _name(part) == "sheet"
    )
    (keys,) = (part.attrib for part in sheets if part.get("name") == sheet)
    identity = next(value for key, value in keys.items() if key.endswith("}id"))
    relations = ElementTree.fromstring(archive.read(_RELATIONS))
    target = next(part.attrib["Target"] for part in relations if part.get("Id") == identity)
    return normpath(join("/xl", target)).lstrip("/")


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _column(place: str) -> int:
    number = 0
    for letter in re.sub(r"\d", "", place):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
