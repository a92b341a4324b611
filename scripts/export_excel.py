"""Write the six annexes of a built warehouse, in one workbook or each in its own."""

import argparse
import os
import sys
from pathlib import Path

from twe.export.editions import Edition
from twe.export.errors import ExportError
from twe.export.job import Format, Order, export
from twe.export.progress import progress_bar

PROJECT = Path(__file__).resolve().parents[1]
EXIT_REFUSED = 1
EXIT_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with one sentence on standard error when the export is refused.

    Wrong arguments raise SystemExit with code 2. Standard output names the written files, unless quiet.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.release and options.edition == Edition.INTERNAL:
        parser.error("an internal edition reads no --release")
    formats = frozenset(Format) if options.format == "all" else frozenset({Format(options.format)})
    order = Order(
        options.database,
        options.out,
        formats,
        tuple(sorted(set(options.annex))),
        Edition(options.edition),
        options.release,
    )
    try:
        with progress_bar(is_quiet=options.quiet) as progress:
            written = export(order, progress)
    except ExportError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        print("Interrupted; nothing was replaced.", file=sys.stderr)
        return EXIT_INTERRUPTED
    if not options.quiet:
        for path in written:
            print(f"Written: {path}")
    return 0


def _folder(text: str) -> Path:
    path = Path(text)
    # Until recently the option took a workbook: a folder of that name would surprise.
    if path.suffix.lower() in (".xlsx", ".csv", ".ods"):
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
        "--format",
        choices=[*(str(item) for item in Format), "all"],
        default=Format.XLSX,
        help="default: xlsx; csv goes to DIR/csv; ods needs LibreOffice",
    )
    parser.add_argument(
        "--annex",
        type=int,
        nargs="+",
        choices=range(1, 7),
        default=[],
        metavar="N",
        help="only these annexes, each in a workbook of its own; default: all in bijlagen.xlsx",
    )
    parser.add_argument(
        "--edition",
        choices=[str(item) for item in Edition],
        default=Edition.PUBLIC,
        help="public: small counts are protected; internal: exact, every sheet marked; default: public",
    )
    parser.add_argument(
        "--release",
        type=Path,
        metavar="FILE",
        help="protected figures of a public edition; default: beside the database, made when needed",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress and no list of files")
    return parser


if __name__ == "__main__":
    sys.exit(main())
