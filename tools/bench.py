"""Measure `dbt build` on generated deliveries, beside a plain DuckDB script, Polars and Spark.

Prints measured seconds, memory and their ratios, all taken in one run. No time is judged by the exit code: it
is 1 when two programs disagree about a cell or one fails, else 0.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmark.builds import build
from benchmark.deliveries import obtain
from benchmark.process import FailedError
from benchmark.report import report
from benchmark.rounds import PEERS, Plan, measure

EXIT_DIFFERENT = 1
_MILLION = 1_000_000


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print its tables."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="twe-bench-") as temporary:
        work = (options.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        peers = () if options.skip_peers else options.peers
        plan = Plan(work, options.memory_limit, peers, options.explain)
        try:
            rounds = []
            for size in sorted(options.sizes):
                trajectories = round(size * _MILLION)
                _say(f"{trajectories:,} trajectories: the delivery")
                delivery = obtain(
                    trajectories, options.seed, work, [path.resolve() for path in options.deliveries]
                )
                rounds.append(measure(trajectories, delivery, plan, _say))
                _say_differences(rounds[-1].differences)
            _say("dbt build of the bundled seeds")
            shutil.rmtree(work / "demonstration", ignore_errors=True)
            demonstration = build(work / "demonstration", None, options.memory_limit)
        except FailedError as failure:
            print(failure, file=sys.stderr)
            return EXIT_DIFFERENT
        print(report(rounds, demonstration, plan))
    return EXIT_DIFFERENT if any(found for done in rounds for found in done.differences.values()) else 0


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _say_differences(differences: dict[str, list[str]]) -> None:
    for program, found in differences.items():
        for line in found:
            _say(f"DIFFERENT CELLS, {program}: {line}")


def _size(text: str) -> float:
    size = float(text)
    if not 1 <= size * _MILLION < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of millions")
    return size


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes",
        type=_size,
        nargs="+",
        default=[0.03, 0.3],
        help="millions of trajectories (default 0.03 0.3)",
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the generator (default 1)")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep deliveries, databases and logs in this folder"
    )
    parser.add_argument(
        "--deliveries",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="folders of generated deliveries that serve when their size and seed fit",
    )
    parser.add_argument(
        "--memory-limit", default="", metavar="SIZE", help="DuckDB's, such as 4GB (default its own)"
    )
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS, help="default both")
    parser.add_argument("--skip-peers", action="store_true", help="measure no peer")
    parser.add_argument(
        "--explain", type=int, default=3, metavar="N", help="explain the N slowest models (default 3)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
