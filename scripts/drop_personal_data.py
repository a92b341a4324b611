"""Drop the row-level data of built warehouses; figures, counts and code lists stay for the export."""

import argparse
import os
import sys
from pathlib import Path

from twe.personal_data import DropError, drop_personal_data

PROJECT = Path(__file__).resolve().parents[1]
EXIT_REFUSED = 1


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with one sentence on standard error at the first failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    database = Path(os.environ.get("TWE_DATABASE") or PROJECT / "twe.duckdb")
    parser.add_argument(
        "database", type=Path, nargs="*", default=[database], help="default: TWE_DATABASE or twe.duckdb"
    )
    for path in parser.parse_args(arguments).database:
        try:
            dropped = drop_personal_data(path)
        except DropError as refusal:
            print(refusal, file=sys.stderr)
            return EXIT_REFUSED
        print(f"{path}: {dropped.tables} tables and views dropped, emptied: {', '.join(dropped.columns)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
