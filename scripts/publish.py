"""Build a warehouse beside the published one, and put it in its place only when every test passed."""

import argparse
import math
import os
import signal
import sys
from datetime import date
from pathlib import Path

import yaml

from twe.publishing.errors import PublishError
from twe.publishing.job import Order, publish, restore
from twe.publishing.listing import listing
from twe.publishing.versions import Versions

PROJECT = Path(__file__).resolve().parents[1]
EXIT_REFUSED = 1
EXIT_INTERRUPTED = 130
KEPT_VERSIONS = "5"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with one sentence on standard error when nothing was published.

    Wrong arguments raise SystemExit with code 2. Standard output carries dbt's own messages and the outcome.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.previous_as_of and str(options.as_of or "9999") <= options.previous_as_of:
        parser.error("--previous-as-of must be a day before --as-of")
    order = Order(
        options.database,
        _variables(options, parser),
        options.keep,
        options.wait,
        options.previous_as_of,
        options.previous_version,
    )
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        if options.list:
            print(listing(Versions(order.database)))
        elif options.restore is not None:
            restore(order, options.restore)
            print(f"Restored: version {options.restore} in {order.database}")
        else:
            number = publish(order)
            print(f"Published: version {number} in {order.database}")
    except PublishError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        print(f"Interrupted; --list shows which version {order.database} is.", file=sys.stderr)
        return EXIT_INTERRUPTED
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _variables(options: argparse.Namespace, parser: argparse.ArgumentParser) -> dict[str, object]:
    """Return the dbt variables, days as texts and the delivery as a full path."""
    given = {
        "raw_path": options.raw_path,
        "as_of": options.as_of,
        "geography_date": options.geography_date,
    }
    variables = dict(options.vars)
    for name, value in given.items():
        if value is not None and name in variables:
            parser.error(f"--vars gives {name}, which has an option of its own that is used too")
        if value is not None:
            variables[name] = value
    variables = {name: str(value) if isinstance(value, date) else value for name, value in variables.items()}
    # dbt runs in the folder of the project.
    if isinstance(variables.get("raw_path"), str):
        variables["raw_path"] = str(_folder(variables["raw_path"], parser).absolute())
    return variables


def _folder(text: str, parser: argparse.ArgumentParser) -> Path:
    if not Path(text).is_dir():
        parser.error(f"the folder {text} (raw_path) does not exist")
    return Path(text)


def _day(text: str) -> str:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a day written as YYYY-MM-DD")


def _mapping(text: str) -> dict[str, object]:
    try:
        found = yaml.safe_load(text) or {}
    except (yaml.YAMLError, ValueError) as problem:
        raise argparse.ArgumentTypeError(f"{text} is not YAML") from problem
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError(f"{text} is not a YAML map of variables")
    return found


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")
    return seconds


def _parser() -> argparse.ArgumentParser:
    database = Path(os.environ.get("TWE_DATABASE") or PROJECT / "twe.duckdb")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--raw-path",
        metavar="DIR",
        help="folder with the delivered files; default: the bundled synthetic data",
    )
    parser.add_argument(
        "--as-of",
        type=_day,
        metavar="DAY",
        help="show what was known on this day; default: the last recorded day",
    )
    parser.add_argument(
        "--geography-date",
        type=_day,
        metavar="DAY",
        help="the municipalities of this day; default: 2024-12-31",
    )
    parser.add_argument(
        "--vars", type=_mapping, default={}, metavar="YAML", help="dbt variables, such as reporting_years"
    )
    parser.add_argument(
        "--database", type=Path, default=database, metavar="FILE", help="default: TWE_DATABASE or twe.duckdb"
    )
    parser.add_argument(
        "--keep",
        type=_count,
        default=os.environ.get("TWE_KEEP") or KEPT_VERSIONS,
        metavar="N",
        help=f"earlier versions to keep; default: TWE_KEEP or {KEPT_VERSIONS}",
    )
    parser.add_argument(
        "--wait",
        type=_seconds,
        nargs="?",
        const=math.inf,
        default=0,
        metavar="SECONDS",
        help="wait for another publication to end, without SECONDS as long as it takes; default: stop",
    )
    earlier = parser.add_mutually_exclusive_group()
    earlier.add_argument(
        "--previous-as-of",
        type=_day,
        metavar="DAY",
        help="list what changed since the state of this day, built from the same delivery",
    )
    earlier.add_argument(
        "--previous-version",
        type=_count,
        metavar="N",
        help="list what changed since the kept or published version N",
    )
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--list", action="store_true", help="show the published and the kept versions")
    other.add_argument("--restore", type=_count, metavar="N", help="publish the kept version N again")
    return parser


if __name__ == "__main__":
    sys.exit(main())
