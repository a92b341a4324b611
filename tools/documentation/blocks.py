"""Parts of the Markdown pages that are written from the manifest: lineage diagrams and tables of columns.

A part stands between `<!-- begin WHAT WHICH -->` and `<!-- end -->`, for instance `lineage overview`,
`lineage 5` or `columns annex_5_outflow`.
"""

import re
from collections.abc import Mapping

from documentation.drawing import as_mermaid
from documentation.errors import SiteError
from documentation.lineage import ANNEXES, Diagram, Lineage

_BLOCK = re.compile(r"(<!-- begin (\w+) (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def refreshed(text: str, lineage: Lineage) -> str:
    """Return a page with its written parts as the manifest has them; SiteError for an unknown part."""

    def write(found: re.Match[str]) -> str:
        return f"{found[1]}{_part(found[2], found[3], lineage)}\n{found[4]}"

    return _BLOCK.sub(write, text)


def diagrams(lineage: Lineage) -> Mapping[str, Diagram]:
    """Return every diagram that a page may have, by its Mermaid text."""
    drawn = [lineage.overview, *(lineage.of_annex(annex) for annex in ANNEXES)]
    return {as_mermaid(diagram): diagram for diagram in drawn}


def _part(what: str, which: str, lineage: Lineage) -> str:
    if what == "lineage" and which == "overview":
        return f"```mermaid\n{as_mermaid(lineage.overview)}\n```"
    if what == "lineage" and which.isdecimal() and int(which) in ANNEXES:
        return f"```mermaid\n{as_mermaid(lineage.of_annex(int(which)))}\n```"
    if what == "columns":
        try:
            columns = lineage.columns(which)
        except KeyError as problem:
            raise SiteError(f"There is no table {which} whose columns a page could list.") from problem
        rows = [f"| `{name}` | {_cell(description)} |" for name, description in columns.items()]
        return "\n".join(["| column | meaning |", "| --- | --- |", *rows])
    raise SiteError(f"A page asks for '{what} {which}', which nothing writes.")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
