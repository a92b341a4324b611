"""Write the report page of a built warehouse: one HTML file with the six annexes, to be opened from disk."""

import argparse
import os
import sys
from pathlib import Path

from twe.export.editions import Edition
from twe.export.errors import ExportError
from twe.export.progress import progress_bar
from twe.report.job import Order, report

PROJECT = Path(__file__).resolve().parents[1]
EXIT_REFUSED = 1
EXIT_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with one sentence on standard error when the page is refused.

    Wrong arguments raise SystemExit with code 2. Standard output names the page, unless quiet.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.release and options.edition == Edition.INTERNAL:
        parser.error("an internal edition reads no --release")
    order = Order(options.database, options.out, Edition(options.edition), options.release)
    try:
        with progress_bar(is_quiet=options.quiet) as progress:
            written = report(order, progress)
    except ExportError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        print("Interrupted; nothing was replaced.", file=sys.stderr)
        return EXIT_INTERRUPTED
    if not options.quiet:
        print(f"Written: {written}")
    return 0


def _folder(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() in (".html", ".htm"):
        raise argparse.ArgumentTypeError(f"{text} is a file name; give the folder to write into")
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


def _parser() -> argparse.ArgumentParser:
    database = Path(os.environ.get("TWE_DATABASE") or PROJECT / "twe.duckdb")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--database", type=Path, default=database, metavar="FILE", help="default: TWE_DATABASE or twe.duckdb"
    )
    parser.add_argument(
        "--out", type=_folder, default=PROJECT / "output", metavar="DIR", help="default: output"
    )
    parser.add_argument(
        "--edition",
        choices=[str(item) for item in Edition],
        default=Edition.PUBLIC,
        help="public: rapport.html, small counts are protected; internal: rapport_intern.html, exact and "
        "marked so; default: public",
    )
    parser.add_argument(
        "--release",
        type=Path,
        metavar="FILE",
        help="protected figures of a public edition; default: beside the database, made when needed",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress and no name of the page")
    return parser


if __name__ == "__main__":
    sys.exit(main())
