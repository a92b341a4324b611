"""The options of `twe`, defined once for all commands, and how their values are read."""

import getpass
import math
import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
import yaml

from twe.export.editions import Edition
from twe.export.publisher import Publisher
from twe.project import PROJECT

# Options that take several values, or may come without one, which typer's options can't.
_SEVERAL = ("--annex", "--also")
_ALONE = {"--wait": lambda: "inf", "--accept-quarantine": getpass.getuser}
_FILE_ENDINGS = (".xlsx", ".csv", ".ods", ".html", ".htm")


def spelled_out(arguments: Sequence[str]) -> list[str]:
    """Return arguments as typer reads them: `--annex 1 3` repeats its option, and `--wait` alone has inf."""
    found: list[str] = []
    for place, word in enumerate(arguments):
        before = arguments[:place]
        last = next((option for option in reversed(before) if option.startswith("--")), "")
        if last in _SEVERAL and not word.startswith("-") and before[-1] != last:
            found.append(last)
        found.append(word)
        if word in _ALONE and (place + 1 == len(arguments) or arguments[place + 1].startswith("-")):
            found.append(_ALONE[word]())
    return found


class _DaysAsText(yaml.SafeLoader):
    """Leaves a day as it is written: what checks the variables also says what is wrong with 2024-13-01."""


_DaysAsText.yaml_implicit_resolvers = {
    start: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def day(text: str) -> str:
    """Return a day written as YYYY-MM-DD; typer.BadParameter for anything else."""
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise typer.BadParameter(f"{text} is not a day written as YYYY-MM-DD")


def variables(text: str) -> dict[str, object]:
    """Return dbt variables written as a YAML map, its days as texts; typer.BadParameter for anything else."""
    try:
        found = yaml.load(text, _DaysAsText) or {}
    except yaml.YAMLError as problem:
        raise typer.BadParameter(f"{text} is not YAML") from problem
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{text} is not a YAML map of variables")
    return found


def seconds(text: str) -> float:
    """Return a number of seconds, which may be inf; typer.BadParameter for anything else."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not found >= 0:
        raise typer.BadParameter(f"{text} is not a number of seconds")
    return found


def line(text: str) -> str:
    """Return one line of text; typer.BadParameter for more than one."""
    if not text.isprintable():
        raise typer.BadParameter("give one line of text")
    return text.strip()


def base_uri(text: str) -> str:
    """Return what URIs begin with, up to a `:`, `/` or `#`; typer.BadParameter for anything else."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:([^\s<>\"{}|\\^`]*[:/#])?", text):
        raise typer.BadParameter(f"{text} is not an absolute URI that ends with : / or #")
    return text


def folder(text: str) -> Path:
    """Return a folder to write into, which need not exist; typer.BadParameter for a file."""
    path = Path(text)
    if path.suffix.lower() in _FILE_ENDINGS:
        raise typer.BadParameter(f"{text} is a file name; give the folder to write into")
    if path.exists() and not path.is_dir():
        raise typer.BadParameter(f"{text} is not a folder")
    return path


# Options by the kind of their value.
file = partial(typer.Option, metavar="FILE")
directory = partial(typer.Option, metavar="DIR")
on_day = partial(typer.Option, parser=day, metavar="DAY")
number = partial(typer.Option, metavar="N")
text = partial(typer.Option, parser=line, metavar="TEXT")
vars_ = partial(typer.Option, "--vars", metavar="YAML", show_default="none")

# What dbt builds by default, and what is published: a build never replaces what was published.
BUILT = PROJECT / "twe.duckdb"
PUBLISHED = PROJECT / "twe_published.duckdb"
Published = Annotated[
    Path, file(envvar="TWE_DATABASE", help="the published warehouse", show_default=PUBLISHED.name)
]
Database = Annotated[
    Path,
    file(
        envvar="TWE_DATABASE",
        help="the warehouse",
        show_default=f"{PUBLISHED.name} when there is one, else {BUILT.name}",
    ),
]
DATABASE = PUBLISHED if PUBLISHED.exists() else BUILT
Out = Annotated[Path, directory(parser=folder, help="folder to write into", show_default="output")]
OUT = PROJECT / "output"
Quiet = Annotated[bool, typer.Option("--quiet", help="print nothing but errors")]
Editions = Annotated[
    Edition,
    typer.Option(help="exact: the marts as they are, marked as internal; public: small counts are protected"),
]
_BESIDE = "FILE.publication.duckdb beside the database"
Release = Annotated[
    Path | None,
    file(help="protected figures of a public edition; made when needed", show_default=_BESIDE),
]
Previous = Annotated[
    list[Path] | None,
    file(
        help="list what changed since this earlier release or warehouse; repeat it for later ones in between"
    ),
]
Organisation = Annotated[str, text(envvar="TWE_ORGANISATION", help="who publishes the figures")]
Contact = Annotated[str, text(envvar="TWE_CONTACT", help="whom readers may ask: name, service, address")]
Licence = Annotated[str, text(envvar="TWE_LICENCE", help="licence of the figures")]
BaseUri = Annotated[
    str,
    typer.Option(
        envvar="TWE_BASE_URI",
        parser=base_uri,
        metavar="URI",
        help="what identifiers of the CSV package begin with",
    ),
]
BASE_URI = Publisher.base_uri
Wait = Annotated[
    float,
    typer.Option(
        parser=seconds,
        metavar="[SECONDS]",
        help="wait for another publication to end, without SECONDS as long as it takes",
        show_default="stop",
    ),
]
AcceptQuarantine = Annotated[
    str | None,
    typer.Option(
        parser=line,
        metavar="[TEXT]",
        help="publish although too many rows are in the quarantine; TEXT, without it the name of the user,"
        " is in the manifest and the workbook",
        show_default="stop",
    ),
]
Keep = Annotated[int, number(min=0, envvar="TWE_KEEP", help="earlier versions to keep")]
KEPT = 5
Also = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE...",
        help="warehouses of the same deliveries with other municipalities, protected together",
    ),
]
ReleaseFile = Annotated[Path | None, file(help="the release", show_default=_BESIDE)]
Register = Annotated[
    Path | None,
    file(help="the log of what was released before", show_default="FILE.register.duckdb beside the database"),
]
Standards = Annotated[
    Literal["range", "unique"] | None,
    typer.Option(help="range: one release leaves any of 1 to threshold - 1 possible; unique: two values"),
]
Witnesses = Annotated[Path | None, file(help="write the proof here; internal")]
