"""Measure the protection of a built warehouse: cells, equations, witnesses, seconds of each step.

Prints one table of CPU seconds, of all threads, taken in one run. Nothing is asserted.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from twe.errors import ProtectionError
from twe.protection.attack import Standard
from twe.protection.job import Options, Outcome, Rules, audit, protect
from twe.protection.register import append, begin_register, content_sha256, head_of
from twe.protection.release_file import TABLES, read_release
from twe.protection.releases import Method
from twe.protection.warehouse import open_database


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
        )
        print("| step | CPU seconds | cells | equations | small counts | witnesses |")
        print("| --- |" + " ---: |" * 5)
        try:
            for step, work in (
                ("protect, attack, write", protect),
                ("record, protect, attack, write", _record_and_protect),
                ("audit with a release in the register", audit),
            ):
                started = time.process_time()
                done = work(first)
                seconds = time.process_time() - started
                sizes = f"{done.cells} | {done.equations} | {done.small} | {len(done.verdict.witnesses)}"
                print(f"| {step} | {seconds:.1f} | {sizes} |", flush=True)
        except ProtectionError as refusal:
            print(refusal, file=sys.stderr)
            return 1
    return 0


def _record_and_protect(options: Options) -> Outcome:
    register = begin_register(options.register, options.database)
    release, _, _ = read_release(options.release)
    with open_database(options.release, "release") as connection:
        content = content_sha256(connection, head_of(release), TABLES)
    append(register, release, content, "")
    return protect(options)


if __name__ == "__main__":
    sys.exit(main())
