"""Drop the row-level data of built warehouses; figures, counts and code lists stay for the export."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from twe.personal_data import DropError, Dropped, drop_personal_data
from twe.publishing.errors import PublishError
from twe.publishing.lock import hold
from twe.publishing.versions import versions_around

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
            dropped = _drop(path)
        except (DropError, PublishError) as refusal:
            print(refusal, file=sys.stderr)
            return EXIT_REFUSED
        print(f"{path}: {dropped.tables} tables and views dropped, emptied: {', '.join(dropped.columns)}.")
    return 0


def _drop(path: Path) -> Dropped:
    """Drop from a file; one that is a published or kept version stays so, with a manifest that says it."""
    versions = versions_around(path)
    if not versions.folder.is_dir():
        return drop_personal_data(path)
    with hold(versions.lock, 0):
        version = versions.of_file(path)
        dropped = drop_personal_data(path)
        if version:
            moment = datetime.now(UTC).replace(microsecond=0).isoformat()
            versions.reseal(version, path, {"personal_data_dropped_at": moment})
    return dropped


if __name__ == "__main__":
    sys.exit(main())
