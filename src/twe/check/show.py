"""What a check says: a few tables on a terminal, and a page for the supplier."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, select_autoescape
from rich.console import Console
from rich.table import Table

from twe.check.job import Finding, Outcome
from twe.errors import CheckError
from twe.export.dutch import day_text, number_text
from twe.landing.contract import extracts
from twe.landing.delivery import File
from twe.landing.faults import printable
from twe.warehouse.files import write_whole

_FOLDER = Path(__file__).parent
_DELIMITERS = {"\t": "tab", "|": "bar"}
_WIDTH = 200


def print_check(found: Outcome) -> None:
    """Print what was found in English; where the output isn't a terminal, wide lines."""
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, emoji=False, highlight=False, width=_WIDTH)
    for sentence in found.delivery.faults:
        console.print(f"Refused: {sentence}", soft_wrap=True)
    for extract in found.unchecked:
        console.print(f"Not checked: {extract} has no file that can be read.", soft_wrap=True)
    for sentence in found.delivery.warnings:
        console.print(f"Warning: {sentence}", soft_wrap=True)
    files = [
        (printable(file.name), form(file), header(file), f"{rows:,}", f"{refused:,}")
        for file, rows, refused in found.files()
    ]
    _print(console, ("file", "form", "header", "rows", "quarantined"), files)
    headers = ("column", "reason", "rows", "share", "shapes", "likely cause")
    _print(console, ("quarantined from", *headers), [_row(finding) for finding in found.refused])
    _print(console, ("warnings about", *headers), [_row(finding) for finding in found.warned])
    if found.previous and found.contents:
        changed = [
            (name, f"{found.previous.rows.get(name, 0):,}", f"{rows:,}")
            for name, rows in found.contents.rows.items()
        ]
        _print(console, ("extract", "rows before", "rows now"), changed)
        for what in ("months", "municipalities"):
            console.print(f"Gone, {what}: {', '.join(found.gone(what)) or 'none'}.", soft_wrap=True)
    console.print(verdict(found), soft_wrap=True)


def verdict(found: Outcome) -> str:
    """Return the conclusion in one sentence."""
    if found.code == 2:
        return f"Refused: {len(found.delivery.faults)} faults; a build stops at the first."
    quarantined = sum(refused for _, _, refused in found.files())
    counted = f"{len(found.delivery.files)} files, {quarantined:,} rows in the quarantine"
    if found.code == 1:
        return f"Accepted with too much that does not count (limit {100 * found.limit:g}%): {counted}."
    return f"Accepted: {counted}."


def write_page(found: Outcome, path: Path) -> None:
    """Write the Dutch page for the supplier, which has no value of the data; CheckError when it can't be."""
    environment = Environment(
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number_text, "share": share_text, "printable": printable}
    page = environment.from_string((_FOLDER / "page.html.j2").read_text(encoding="utf-8")).render(
        found=found,
        name=printable(Path(found.folder).absolute().name),
        day=day_text(date.today()),
        faults=[dutch(text, found.folder) for text in found.delivery.faults],
        warnings=[dutch(text, found.folder) for text in found.delivery.warnings],
        form=form,
        header=header,
        causes=causes,
    )
    try:
        write_whole(path, page)
    except OSError as problem:
        raise CheckError(f"The page {path} can't be written: {problem.strerror or problem}.") from problem


def form(file: File) -> str:
    """Return how a file is written, such as `UTF-8 ;`."""
    if file.format == "parquet" or file.encoding == "xlsx":
        return "Parquet" if file.format == "parquet" else "Excel"
    return f"{file.encoding} {_DELIMITERS.get(file.delimiter, file.delimiter)}"


def header(file: File) -> str:
    """Return the number of the record with the header, empty for a Parquet file."""
    return "" if file.format == "parquet" else str(file.header_record)


def share_text(share: float) -> str:
    """Return a share as a Dutch percentage; what is above nothing is never 0."""
    return f"{max(100 * float(share), 0.1):.1f}%".replace(".", ",")


def causes(finding: Finding, language: str) -> list[str]:
    """Return the likely causes of a finding, one sentence each, in `en` or `nl`."""
    kinds = {column.name: column.reads_as for column in extracts()[finding.extract]}
    found: dict[str, None] = {}
    for shape in finding.shapes or ("",):
        for reason, types, pattern, *texts in _texts()["causes"]:
            is_kind = not types or kinds.get(finding.column) in types
            if reason == finding.reason and is_kind and re.fullmatch(pattern, shape):
                found[texts[language == "nl"]] = None
                break
    return list(found)


def dutch(sentence: str, folder: str) -> str:
    """Return what landing says of a file in Dutch and without the path of the folder."""
    plain = sentence.replace(f" in {printable(folder)} ", " ", 1).removesuffix(".")
    for pattern, text in _texts()["sentences"]:
        if found := re.fullmatch(pattern, plain):
            return found.expand(text)
    return plain


@cache
def _texts() -> Mapping[str, Any]:
    texts: Mapping[str, Any] = yaml.safe_load((_FOLDER / "texts.yml").read_text(encoding="utf-8"))
    return texts


def _row(finding: Finding) -> tuple[str, ...]:
    return (
        printable(finding.file) or finding.extract,
        finding.column,
        finding.reason,
        f"{finding.rows:,}",
        f"{max(100 * float(finding.share), 0.1):.1f}%",
        "  ".join(finding.shapes),
        "; ".join(causes(finding, "en")),
    )


def _print(console: Console, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if rows:
        table = Table(*headers, box=None, pad_edge=False)
        for row in rows:
            table.add_row(*row)
        console.print(table)
        console.print()
