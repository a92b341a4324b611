"""Protect the small counts of a built warehouse, attack the result, and write the release for the public."""

import argparse
import os
import sys
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from twe.protection.attack import Standard
from twe.protection.errors import ProtectionError
from twe.protection.job import Order, Rules, audit, order_for, protect
from twe.protection.releases import Method
from twe.protection.trade_off import trade_off

PROJECT = Path(__file__).resolve().parents[1]
EXIT_REFUSED = 1
_THRESHOLD = 5
# Suppression to the range hides far more, and takes minutes to find.
_STANDARDS = {
    Method.ROUNDING: Standard.RANGE,
    Method.SUPPRESSION: Standard.UNIQUE,
    Method.NONE: Standard.RANGE,
}


def main(arguments: list[str] | None = None, *, is_audit: bool = False) -> int:
    """Run the command line; return 0, or 1 with one sentence on standard error when it is refused."""
    options = parser().parse_args(arguments)
    try:
        if options.trade_off:
            print(trade_off(options.database, options.threshold or _THRESHOLD))
            return 0
        order = audit_order(options) if is_audit else order_of(options)
        outcome = (audit if is_audit else protect)(order)
    except ProtectionError as refusal:
        print(refusal, file=sys.stderr)
        return EXIT_REFUSED
    if not options.quiet:
        verdict = outcome.verdict
        print(f"{outcome.cells} cells, {outcome.equations} equations, {outcome.small} small counts attacked.")
        if order.rules.method is Method.NONE and not is_audit:
            print("Nothing is protected: the method is none.")
        else:
            print(f"All are safe; {len(verdict.witnesses)} tables show {verdict.settled_by_witness} of them.")
        if not outcome.is_optimal:
            print("The deviation may not be the least: the solver reached its limit of time.")
        if not is_audit:
            print(f"Written: {order.release}")
        if outcome.number:
            print(f"Recorded in the ledger as release {outcome.number}.")
    return 0


def audit_order(options: argparse.Namespace) -> Order:
    """Return the order to attack a release by the rules it was made by; options given say otherwise."""
    told = order_for(options.database, order_of(options).release)
    rules = replace(
        told.rules,
        threshold=options.threshold or told.rules.threshold,
        standard=Standard(options.standard or told.rules.standard),
        euro_rate=options.euro_rate or told.rules.euro_rate,
    )
    return replace(
        told,
        rules=rules,
        ledger=options.ledger or told.ledger,
        also=tuple(options.also) or told.also,
        witnesses=options.witnesses,
    )


def order_of(options: argparse.Namespace) -> Order:
    """Return the order that the options describe."""
    database: Path = options.database
    return Order(
        database=database,
        release=options.release or database.with_suffix(".publication.duckdb"),
        ledger=options.ledger or database.with_suffix(".ledger.duckdb"),
        rules=Rules(
            method=Method(options.method),
            threshold=options.threshold or _THRESHOLD,
            base=options.base or options.threshold or _THRESHOLD,
            standard=Standard(options.standard or _STANDARDS[options.method]),
            hides_zeros=options.hide_zeros,
            protects_euro=options.protect_euro,
            euro_rate=options.euro_rate,
        ),
        also=tuple(options.also),
        witnesses=options.witnesses,
        is_recorded=options.record,
    )


def _rate(text: str) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation as problem:
        raise argparse.ArgumentTypeError(f"{text} is not an amount") from problem
    if not rate > 0:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return rate


def _at_least_two(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least 2")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """Return the options, which the audit shares."""
    database = Path(os.environ.get("TWE_DATABASE") or PROJECT / "twe.duckdb")
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument(
        "--database", type=Path, default=database, metavar="FILE", help="default: TWE_DATABASE or twe.duckdb"
    )
    made.add_argument(
        "--release", type=Path, metavar="FILE", help="default: FILE.publication.duckdb beside the database"
    )
    made.add_argument(
        "--ledger", type=Path, metavar="FILE", help="default: FILE.ledger.duckdb beside the database"
    )
    made.add_argument(
        "--also",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="warehouses of the same deliveries with other municipalities, protected together",
    )
    made.add_argument(
        "--method",
        choices=[Method.ROUNDING, Method.SUPPRESSION, Method.NONE],
        default=Method.ROUNDING,
        help="default: rounding",
    )
    made.add_argument(
        "--threshold",
        type=_at_least_two,
        metavar="N",
        help=f"counts below it are small; default: {_THRESHOLD}, in an audit that of the release",
    )
    made.add_argument(
        "--base", type=_at_least_two, metavar="N", help="multiples to round to; default: threshold"
    )
    made.add_argument(
        "--standard",
        choices=list(Standard),
        help="range: any of 1 to threshold - 1 must stay possible; unique: two values must; "
        "default: range, for suppression unique",
    )
    made.add_argument(
        "--hide-zeros", action="store_true", help="suppression hides zeros under the same marker"
    )
    made.add_argument(
        "--protect-euro", action="store_true", help="leave out amounts that rest on fewer than N persons"
    )
    made.add_argument(
        "--euro-rate", type=_rate, metavar="EUR", help="the attacker knows this fixed amount per month"
    )
    made.add_argument("--witnesses", type=Path, metavar="FILE", help="write the proof here; internal")
    made.add_argument("--record", action="store_true", help="add the release to the ledger: it is published")
    made.add_argument("--trade-off", action="store_true", help="only print what each method would cost")
    made.add_argument("--quiet", action="store_true", help="print nothing but a refusal")
    return made


if __name__ == "__main__":
    sys.exit(main())
