"""Put small faults into the SQL, one at a time, and count how many of them the tests of `dbt build` find.

Nothing is changed on disk: a mutant is rendered by dbt's Jinja and executed in a database in memory.
"""

import argparse
import hashlib
import logging
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from mutants import equivalents, report
from mutants.judge import judged
from mutants.project import Mutant, MutationError, fingerprint, read_mutants, tests_fingerprint
from mutants.results import Results
from twe.project import PROJECT

REVIEWED = Path("tools/mutants/equivalent.yml")


def main() -> int:
    """Run the mutants asked for and print the report; 1 when too many survive."""
    options = _options()
    logging.disable()
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(options.work / "lock", timeout=0):
            return run(options)
    except Timeout:
        raise MutationError(f"Another run of mutants works in {options.work}.") from None


def run(options: argparse.Namespace) -> int:
    """Do what the options ask and return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped; the next run continues where this one was."))
    folder, started = options.project.resolve(), time.monotonic()
    every = read_mutants(folder)
    listed = equivalents.read(options.equivalents or folder / REVIEWED, every)
    chosen = sample(named(every, options.model), options.sample, options.seed)
    if options.list:
        for mutant in chosen:
            print("\n".join(report.difference(mutant)))
        print(f"{len(chosen)} mutants")
        return 0
    path = options.work.resolve() / f"results-{fingerprint(folder)}.jsonl"
    results = Results(path, tests_fingerprint(folder), options.keep_killed)
    waiting = [mutant for mutant in chosen if mutant.key not in results.verdicts]
    for done, (mutant, verdict) in enumerate(judged(folder, waiting, options.jobs, options.seconds), start=1):
        results.add(verdict)
        if not options.quiet:
            place = f"{mutant.unit}:{mutant.line}"
            print(f"{done}/{len(waiting)} {verdict.outcome} {place} {verdict.by}", flush=True)
    found = [(mutant, results.verdicts[mutant.key]) for mutant in chosen]
    print(report.text(found, listed))
    seconds = time.monotonic() - started
    print(f"\n{len(waiting)} mutants judged in {seconds:.0f} s, {options.jobs} at once.")
    is_enough = report.share(found, listed) >= options.require
    return 0 if is_enough and not report.wrongly_listed(found, listed) else 1


def named(mutants: Sequence[Mutant], names: Sequence[str] | None) -> list[Mutant]:
    """Return the mutants of the models and macros named, or all; MutationError for a name without any."""
    for name in names or []:
        if not any(mutant.unit == name for mutant in mutants):
            raise MutationError(f"There is no model or macro {name} with something to mutate.")
    return [mutant for mutant in mutants if not names or mutant.unit in names]


def sample(mutants: Sequence[Mutant], size: int | None, seed: int) -> list[Mutant]:
    """Return `size` mutants, the same ones for the same seed as long as their lines stay."""
    if size is None:
        return list(mutants)
    drawn = sorted(mutants, key=lambda mutant: hashlib.sha256(f"{seed}|{mutant.key}".encode()).hexdigest())
    return drawn[:size]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--model", action="append", metavar="NAME", help="only this model or macro; may be repeated"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="only N mutants, drawn with --seed")
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="mutants judged at a time (default %(default)s)")
    parser.add_argument(
        "--seconds",
        type=int,
        default=20,
        help="work after which a mutant counts as killed (default %(default)s)",
    )
    parser.add_argument(
        "--require", type=float, default=0.95, help="share to kill, or exit with 1 (default %(default)s)"
    )
    parser.add_argument(
        "--keep-killed",
        action="store_true",
        help="after tests were only added: judge only the mutants that survived the run before",
    )
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    parser.add_argument("--quiet", action="store_true", help="only print the report")
    parser.add_argument("--project", type=Path, default=PROJECT, help="folder of the dbt project")
    parser.add_argument("--equivalents", type=Path, help=f"reviewed list ({REVIEWED} of the project)")
    parser.add_argument("--work", type=Path, default=PROJECT / "data/mutants", help="folder for the results")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MutationError as error:
        sys.exit(str(error))
