"""What a check says: a few tables on a terminal, and a page for the supplier."""

import re
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from twe.check.job import Finding, Outcome
from twe.errors import TweError
from twe.export.dutch import day_text, number_text
from twe.export.sheets import SYNTHETIC_LABEL
from twe.landing.contract import extracts
from twe.landing.delivery import File
from twe.landing.faults import printable
from twe.pages import page_of
from twe.project import texts
from twe.warehouse.files import write_whole

_FOLDER = Path(__file__).parent
_HEADERS = ("column", "reason", "rows", "share", "shapes", "likely cause")
_DELIMITERS = {"\t": "tab", "|": "|"}


def print_check(found: Outcome) -> None:
    """Print what was found, in English; lines are wide where the output isn't a terminal."""
    width = None if sys.stdout.isatty() else 200
    console = Console(markup=False, emoji=False, highlight=False, width=width)
    said = ["Synthetic data."] if found.is_synthetic else []
    said += [f"Refused: {sentence}" for sentence in found.delivery.faults]
    said += [f"Not checked: {extract} has no file that can be read." for extract in found.unchecked]
    said += [f"Warning: {sentence}" for sentence in found.delivery.warnings]
    for sentence in said:
        console.print(sentence, soft_wrap=True)
    files = ((file, *found.rows.get(file.file_id, (0, 0))) for file in found.delivery.files)
    named = ([printable(file.name), *form(file), f"{rows:,}", f"{bad:,}"] for file, rows, bad in files)
    _print(console, ("file", "form", "header", "rows", "quarantined"), named)
    _print(console, ("quarantined from", *_HEADERS), map(_row, found.refused))
    _print(console, ("warnings about", *_HEADERS), map(_row, found.warned))
    if found.previous:
        rows = (
            [name, f"{found.previous.get((subject, name), 0):,}", f"{rows:,}"]
            for (subject, name), rows in found.contents.items()
            if subject == "extract"
        )
        _print(console, ("extract", "rows before", "rows now"), rows)
        for subject in ("month", "municipality"):
            gone = ", ".join(found.gone(subject)) or "none"
            console.print(f"Gone since the previous delivery, by {subject}: {gone}.", soft_wrap=True)
    limit, faults = f"more than {100 * found.limit:g}% of the rows", len(found.delivery.faults)
    above = f"{limit} do not count" if found.loses_too_much else f"{limit} have the same warning"
    verdicts = (
        "Accepted",
        f"Accepted, but {above}",
        f"Refused for {_counted(faults, 'fault')}",
    )
    quarantined = sum(bad for _, bad in found.rows.values())
    read = _counted(len(found.delivery.files), "file")
    counted = f"{read} read, {_counted(quarantined, 'row')} in the quarantine"
    console.print(f"{verdicts[found.code]}: {counted}.", soft_wrap=True)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def write_page(found: Outcome, path: Path) -> None:
    """Write the Dutch page for the supplier, which has no value of the data; TweError when it can't be."""
    page = page_of(
        _FOLDER / "page.html.j2",
        {"number": number_text, "printable": printable, "dutch": dutch, "share": _dutch_percent},
        found=found,
        name=printable(Path(found.folder).absolute().name),
        day=day_text(date.today()),
        form=form,
        causes=causes,
        synthetic_label=SYNTHETIC_LABEL,
    )
    try:
        write_whole(path, page)
    except OSError as problem:
        raise TweError(f"The page {path} can't be written: {problem.strerror or problem}.") from problem


def form(file: File) -> tuple[str, str]:
    """Return how a file is written, such as `UTF-8 ;`, and the number of the record with its header."""
    if file.format == "parquet":
        return "Parquet", ""
    text = f"{file.encoding} {_DELIMITERS.get(file.delimiter, file.delimiter)}"
    return "Excel" if file.encoding == "xlsx" else text, str(file.header_record)


def percent(share: float) -> str:
    """Return a share as a percentage; what is above nothing is never 0."""
    return f"{max(100 * float(share), 0.1):.1f}%"


def _dutch_percent(share: float) -> str:
    return percent(share).replace(".", ",")


def causes(finding: Finding, language: str) -> list[str]:
    """Return the likely causes of a finding, one sentence each, in `en` or `nl`."""
    kinds = {column.name: column.reads_as for column in extracts()[finding.extract]}
    found: dict[str, None] = {}
    for shape in finding.shapes or [""]:
        for reason, types, pattern, *sentences in texts("check/texts")["causes"]:
            is_kind = not types or kinds.get(finding.column) in types
            if reason == finding.reason and is_kind and re.fullmatch(pattern, shape):
                found[sentences[language == "nl"]] = None
                break
    return list(found)


def dutch(sentence: str, folder: str) -> str:
    """Return what landing says of a file in Dutch and without the path of the folder."""
    plain = sentence.replace(f" in {printable(folder)} ", " ", 1).removesuffix(".")
    found = ((re.fullmatch(pattern, plain), text) for pattern, text in texts("check/texts")["sentences"])
    return next((match.expand(text) for match, text in found if match), plain)


def _row(finding: Finding) -> list[str]:
    name, likely = printable(finding.file) or finding.extract, "; ".join(causes(finding, "en"))
    rows, share, shapes = f"{finding.rows:,}", percent(finding.share), "  ".join(finding.shapes)
    return [name, finding.column, finding.reason, rows, share, shapes, likely]


def _print(console: Console, headers: Iterable[str], rows: Iterable[list[str]]) -> None:
    table, name = Table(*headers, box=None, pad_edge=False), ""
    for first, *others in rows:
        # What is repeated is shown once.
        table.add_row("" if first == name else first, *others)
        name = first
    if table.row_count:
        console.print(table, "")
