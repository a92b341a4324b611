"""Write the report page of a built warehouse: one HTML file with the six annexes, to be opened from disk."""

import argparse
import sys

from twe.export.command import add_edition, add_places, add_publisher, parsed, publisher_of, run
from twe.export.editions import Edition
from twe.report.job import Order, report


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with one sentence on standard error when the page is refused.

    Wrong arguments raise SystemExit with code 2. Standard output names the page, unless quiet.
    """
    options = parsed(_parser(), arguments)
    edition = Edition(options.edition)
    order = Order(options.database, options.out, edition, options.release, publisher_of(options))
    return run(lambda progress: [report(order, progress)], options.quiet)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_places(parser, (".html", ".htm"))
    add_edition(
        parser,
        "public: rapport.html, small counts are protected; internal: rapport_intern.html, exact and "
        "marked so; default: public",
        "no progress and no name of the page",
    )
    add_publisher(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
