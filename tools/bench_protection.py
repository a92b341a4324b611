"""Measure the protection of a built warehouse: cells, equations, seconds of each step.

Prints one table of wall-clock seconds, all taken in one run. Nothing is asserted.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from twe.errors import ProtectionError
from twe.protection.attack import Standard
from twe.protection.job import Options, Rules, audit, protect
from twe.protection.releases import Method


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; return 0, or 1 with one sentence when the warehouse can't be protected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--method", choices=[Method.ROUNDING, Method.SUPPRESSION], default=Method.ROUNDING)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        first = Options(
            options.database,
            Path(folder) / "release.duckdb",
            Path(folder) / "register.duckdb",
            Rules(
                method=Method(options.method),
                standard=Standard.UNIQUE if options.method == Method.SUPPRESSION else Standard.RANGE,
            ),
            is_recorded=True,
        )
        print("| step | seconds | cells | equations | small counts |\n| --- | ---: | ---: | ---: | ---: |")
        try:
            for step, work in (
                ("protect, attack, write, record", protect),
                ("the same with one release in the register", protect),
                ("audit with two releases in the register", audit),
            ):
                started = time.perf_counter()
                done = work(first)
                seconds = time.perf_counter() - started
                print(
                    f"| {step} | {seconds:.1f} | {done.cells} | {done.equations} | {done.small} |", flush=True
                )
        except ProtectionError as refusal:
            print(refusal, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
