"""Write the workbook of the six annexes from a built warehouse."""

import argparse
import os
import sys
from pathlib import Path

from twe.export.errors import ExportError
from twe.export.job import export

PROJECT = Path(__file__).resolve().parents[1]
EXIT_REFUSED = 1


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with one sentence on standard error when the export is refused."""
    options = _parser().parse_args(arguments)
    try:
        export(options.database, options.out)
    except ExportError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    print(f"Written: {options.out}")
    return 0


def _workbook(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".xlsx":
        raise argparse.ArgumentTypeError(f"{text} does not end in .xlsx")
    return path


def _parser() -> argparse.ArgumentParser:
    database = Path(os.environ.get("TWE_DATABASE") or PROJECT / "twe.duckdb")
    out = PROJECT / "output" / "bijlagen.xlsx"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--database", type=Path, default=database, metavar="FILE", help="default: TWE_DATABASE or twe.duckdb"
    )
    parser.add_argument(
        "--out", type=_workbook, default=out, metavar="FILE.xlsx", help="default: output/bijlagen.xlsx"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
