"""What the command lines that write an edition have in common."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from twe.export.editions import Edition
from twe.export.errors import ExportError
from twe.export.progress import Progress, progress_bar
from twe.export.publisher import Publisher

PROJECT = Path(__file__).resolve().parents[3]
EXIT_REFUSED = 1
EXIT_INTERRUPTED = 130
_PUBLISHER = {
    "organisation": "who publishes the figures",
    "contact": "whom readers may ask: name, service, address",
    "licence": "licence of the figures",
}


def add_places(parser: argparse.ArgumentParser, file_endings: tuple[str, ...]) -> None:
    """Add --database and --out; a name for --out with one of these endings is taken for a mistake."""

    def folder(text: str) -> Path:
        path = Path(text)
        if path.suffix.lower() in file_endings:
            raise argparse.ArgumentTypeError(f"{text} is a file name; give the folder to write into")
        if path.exists() and not path.is_dir():
            raise argparse.ArgumentTypeError(f"{text} is not a folder")
        return path

    database = Path(os.environ.get("TWE_DATABASE") or PROJECT / "twe.duckdb")
    parser.add_argument(
        "--database", type=Path, default=database, metavar="FILE", help="default: TWE_DATABASE or twe.duckdb"
    )
    parser.add_argument(
        "--out", type=folder, default=PROJECT / "output", metavar="DIR", help="default: output"
    )


def add_edition(parser: argparse.ArgumentParser, edition_help: str, quiet_help: str) -> None:
    """Add --edition, --release and --quiet."""
    parser.add_argument(
        "--edition", choices=[str(item) for item in Edition], default=Edition.PUBLIC, help=edition_help
    )
    parser.add_argument(
        "--release",
        type=Path,
        metavar="FILE",
        help="protected figures of a public edition; default: beside the database, made when needed",
    )
    parser.add_argument("--quiet", action="store_true", help=quiet_help)


def add_publisher(parser: argparse.ArgumentParser) -> None:
    """Add --organisation, --contact and --licence, which may stand in the environment."""
    for name, meaning in _PUBLISHER.items():
        variable = f"TWE_{name.upper()}"
        parser.add_argument(
            f"--{name}",
            type=_line,
            default=os.environ.get(variable, ""),
            metavar="TEXT",
            help=f"{meaning}; default: {variable}, or that it is to be filled in",
        )


def publisher_of(options: argparse.Namespace) -> Publisher:
    """Return who publishes, by the options."""
    return Publisher(options.organisation, options.contact, options.licence)


def _line(text: str) -> str:
    if not text.isprintable():
        raise argparse.ArgumentTypeError("give one line of text")
    return text.strip()


def parsed(parser: argparse.ArgumentParser, arguments: list[str] | None) -> argparse.Namespace:
    """Return the options; SystemExit with code 2 for wrong ones."""
    options = parser.parse_args(arguments)
    if options.release and options.edition == Edition.INTERNAL:
        parser.error("an internal edition reads no --release")
    return options


def run(write: Callable[[Progress], Iterable[Path]], is_quiet: bool) -> int:
    """Write, and name the written files unless quiet; return the exit code of the program."""
    try:
        with progress_bar(is_quiet=is_quiet) as progress:
            written = write(progress)
    except ExportError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        print("Interrupted; nothing was replaced.", file=sys.stderr)
        return EXIT_INTERRUPTED
    if not is_quiet:
        for path in written:
            print(f"Written: {path}")
    return 0
