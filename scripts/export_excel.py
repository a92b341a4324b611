"""Write the six annexes of a built warehouse, in one workbook or each in its own."""

import argparse
import sys

from twe.export.command import add_edition, add_places, add_publisher, parsed, publisher_of, run
from twe.export.editions import Edition
from twe.export.job import Format, Order, export


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with one sentence on standard error when the export is refused.

    Wrong arguments raise SystemExit with code 2. Standard output names the written files, unless quiet.
    """
    options = parsed(_parser(), arguments)
    formats = frozenset(Format) if options.format == "all" else frozenset({Format(options.format)})
    order = Order(
        options.database,
        options.out,
        formats,
        tuple(sorted(set(options.annex))),
        Edition(options.edition),
        options.release,
        publisher_of(options),
    )
    return run(lambda progress: export(order, progress), options.quiet)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    # Until recently --out took a workbook: a folder of that name would surprise.
    add_places(parser, (".xlsx", ".csv", ".ods"))
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
    add_edition(
        parser,
        "public: small counts are protected; internal: exact, every sheet marked; default: public",
        "no progress and no list of files",
    )
    add_publisher(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
