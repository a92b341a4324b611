"""Do the tests bite? Put small faults into the SQL and count how many `dbt build` with its tests finds.

Nothing is changed on disk: each mutant lives in the memory of one process with a database of its own.
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

from twe.mutants import equivalents, report
from twe.mutants.project import Mutant, MutationError, parse
from twe.mutants.run import Results, Workshop

PROJECT = Path(__file__).resolve().parent.parent
REVIEWED = Path("scripts/twe/mutants/equivalent.yml")


def main() -> int:
    """Run the mutants asked for and print the report; 1 when too many survive."""
    options = _options()
    logging.disable()
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(options.work / "lock", timeout=0):
            return run(options)
    except Timeout:
        raise MutationError(f"Another run of mutants is at work in {options.work}.") from None


def run(options: argparse.Namespace) -> int:
    """Do what the options ask and return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped; the next run goes on where this one was."))
    work = options.work.resolve()
    project = parse(options.project.resolve(), work)
    every = project.mutants()
    listed = equivalents.read(options.equivalents or options.project / REVIEWED, every)
    chosen = sample(named(every, options.model), options.sample, options.seed)
    if options.list:
        for mutant in chosen:
            print("\n".join(report.difference(mutant)))
        print(f"{len(chosen)} mutants")
        return 0
    started = time.monotonic()
    path = work / f"results-{project.fingerprint()}.jsonl"
    results = Results(path, project.tests_fingerprint(), options.keep_killed)
    open_mutants = [mutant for mutant in chosen if mutant.key not in results.verdicts]
    if open_mutants:
        workshop = Workshop(project, work, options.cpu_seconds)
        workshop.build_base()
        for done, (mutant, verdict) in enumerate(workshop.judge(open_mutants, options.jobs), start=1):
            results.add(verdict)
            if not options.quiet:
                print(
                    f"{done}/{len(open_mutants)} {verdict.outcome} {mutant.unit}:{mutant.line} {verdict.by}",
                    flush=True,
                )
    judged = [(mutant, results.verdicts[mutant.key]) for mutant in chosen]
    print(report.text(judged, listed))
    print(
        f"\n{len(open_mutants)} mutants built in {time.monotonic() - started:.0f} s, {options.jobs} at once."
    )
    found = report.share(judged, listed)
    return 0 if found >= options.require and not report.wrongly_listed(judged, listed) else 1


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
    parser.add_argument("--jobs", type=int, default=2, help="mutants built at a time (default %(default)s)")
    parser.add_argument(
        "--cpu-seconds", type=int, default=60, help="work after which a mutant counts as killed"
    )
    parser.add_argument(
        "--require", type=float, default=0.95, help="share to kill, or exit with 1 (default %(default)s)"
    )
    parser.add_argument(
        "--keep-killed",
        action="store_true",
        help="after tests were only added: build only the mutants that survived the run before",
    )
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    parser.add_argument("--quiet", action="store_true", help="only print the report")
    parser.add_argument("--project", type=Path, default=PROJECT, help="folder of the dbt project")
    parser.add_argument("--equivalents", type=Path, help=f"reviewed list ({REVIEWED} of the project)")
    parser.add_argument(
        "--work", type=Path, default=PROJECT / "data/mutants", help="folder for databases and results"
    )
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MutationError as error:
        sys.exit(str(error))
