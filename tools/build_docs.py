"""Write the documentation site of a built warehouse: the pages of docs/, the lineage, and dbt's own page."""

import argparse
import os
import sys
from pathlib import Path

from documentation.errors import SiteError
from documentation.job import build, refresh
from twe.project import PROJECT

EXIT_REFUSED = 1


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with the reason on standard error when the site is refused."""
    options = _parser().parse_args(arguments)
    try:
        if options.refresh:
            for path in refresh():
                print(f"Written: {path.relative_to(PROJECT)}")
        else:
            files = build(options.database, options.out)
            print(f"Written: {options.out / 'index.html'} and {len(files) - 1} other files")
    except SiteError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    return 0


def _parser() -> argparse.ArgumentParser:
    database = Path(os.environ.get("TWE_DATABASE") or PROJECT / "twe.duckdb")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--database", type=Path, default=database, metavar="FILE", help="default: TWE_DATABASE or twe.duckdb"
    )
    parser.add_argument(
        "--out", type=Path, default=PROJECT / "output" / "docs", metavar="DIR", help="default: output/docs"
    )
    parser.add_argument(
        "--refresh",
        action="store_true",
        help="instead, update the lineage and the columns in the pages of docs/ from the models",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
