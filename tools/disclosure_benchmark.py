"""Compare methods of disclosure control on the counts of a synthetic warehouse; write these as open files.

Prints a table in Markdown. The second release, which shows what a method changes for no reason, has the same
records but for corrections: a share is void and as many are late.
"""

import argparse
import sys
from pathlib import Path

from disclosure.methods import methods
from disclosure.problem import Release, corrected, draw_records, read_synthetic, write_files
from disclosure.report import measure, table
from twe.errors import ProtectionError
from twe.protection.attack import small_counts

EXIT_REFUSED = 2
CORRECTED = 0.002
"""The share of records that is void, and late, in the second release."""


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print its table; 2 with a sentence when the warehouse is refused."""
    options = _parser().parse_args(arguments)
    try:
        print(compare(**vars(options)))
    except ProtectionError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    return 0


def compare(database: Path, out: Path, cell_key_python: Path | None, seed: int, threshold: int) -> str:
    """Write the files of the problem and return the table of the methods."""
    cells = read_synthetic(database)
    first = Release(cells, draw_records(cells, seed))
    second = corrected(first, CORRECTED, seed + 1)
    write_files((first, second), out, threshold)
    rows: dict[str, dict[str, float | str] | str] = {}
    for name, method in methods(cell_key_python, out / "work", threshold).items():
        if isinstance(method, str):
            rows[name] = method
            continue
        before = method(first, None)
        rows[name] = measure((first, second), (before, method(second, before)), threshold)
        # The slowest take minutes.
        print(f"{name}: done", file=sys.stderr, flush=True)
    changed = (cells.truth != second.cells.truth)[cells.truth > 0].mean()
    return (
        f"Synthetic data. {len(cells):,} counts, {len(cells.equations):,} sums, "
        f"{small_counts(cells, threshold).sum():,} municipal counts of 1 to {threshold - 1}. "
        f"The second release corrects {changed:.1%} of the counts above 0.\n\n{table(rows)}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, required=True, metavar="FILE", help="a synthetic warehouse")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the counts, sums and records"
    )
    parser.add_argument(
        "--cell-key-python", type=Path, metavar="FILE", help="a Python that has cell-key-perturbation"
    )
    parser.add_argument("--threshold", type=int, default=5, help="counts below it are small (default 5)")
    parser.add_argument("--seed", type=int, default=1, help="draws records and corrections (default 1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
