"""Transmissions of former clients to the Controledienst, with their decisions."""

import numpy as np

from generator import columns
from generator.assumptions import Assumptions
from generator.cohort import Cohort
from generator.draws import (
    DAY,
    NO_DAY,
    Array,
    add_months,
    after,
    between,
    happens,
    pick_code,
    whole,
    year_of,
)
from generator.spells import FINAL, MEASURE_MONTHS, in_order, share_of_year, withdrawals


def draw_transmissions(
    assumed: Assumptions, rng: np.random.Generator, cohort: Cohort, outcome: Array, follows: Array
) -> tuple[Array, Array]:
    """Return for each transmission the position of its trajectory and its day."""
    rows = np.flatnonzero(follows & ~np.isin(outcome, FINAL))
    end = cohort.end[rows]
    measure = add_months(end, MEASURE_MONTHS)
    size = len(rows)
    once = happens(rng, share_of_year(assumed.transmission, year_of(measure)), size)
    twice = once & happens(rng, assumed.transmission_second, size)
    outside = happens(rng, assumed.transmission_outside, size)
    row = np.concatenate([rows[once], rows[twice], rows[outside]])
    day = np.concatenate(
        [
            between(rng, end[once] + DAY, measure[once]),
            between(rng, end[twice] + DAY, measure[twice]),
            after(measure, whole(rng, assumed.transmission_outside_days, size))[outside],
        ]
    )
    return row, day


def transmission_versions(
    assumed: Assumptions,
    rng: np.random.Generator,
    cohort: Cohort,
    drawn: tuple[Array, Array],
    first_client: int,
    first_number: int,
) -> columns.Table:
    """Return raw_transmissions: one version at the transmission, one with the decision, and withdrawals."""
    row, sent = drawn
    size = len(row)
    lag = assumed.transmission_version_days
    decision = pick_code(rng, assumed.transmission_decisions, size)
    decided = after(sent, whole(rng, assumed.decision_days, size))
    first = after(sent, whole(rng, lag, size))
    change = np.where(decision == "", NO_DAY, np.maximum(after(decided, whole(rng, lag, size)), first + DAY))
    void, again = withdrawals(
        assumed, rng, np.where(np.isnat(change), first, change), assumed.transmission_void, lag
    )
    undated = happens(rng, assumed.decision_undated, size)
    weeks = _weeks(assumed, rng, decision)
    cause = pick_code(rng, assumed.transmission_causes, size)
    day = np.concatenate([first, change, void, again])
    number = np.tile(np.arange(size), 4)
    keep = in_order(day, number, assumed)
    one = number[keep]
    settled = (keep >= size) & (decision[one] != "")
    return {
        "transmission_id": first_number + one,
        "recorded_at": columns.recorded_at(day[keep], whole(rng, assumed.office_seconds, len(keep))),
        "is_void": keep // size == 2 if size else np.zeros(0, dtype=bool),
        "client_id": first_client + cohort.client[row[one]],
        "transmission_date": sent[one],
        "cause": columns.text(cause[one]),
        "decision": columns.text(np.where(settled, decision[one], "")),
        "decision_date": np.where(settled & ~undated[one], decided[one], NO_DAY),
        "sanction_weeks": np.where(settled & (weeks[one] > 0), weeks[one], columns.NULL),
    }


def _weeks(assumed: Assumptions, rng: np.random.Generator, decision: Array) -> Array:
    """Return the weeks of a temporary exclusion, 0 for any other decision."""
    least, most = assumed.sanction_weeks
    more = np.floor(rng.exponential(assumed.sanction_mean_weeks - least, len(decision))).astype("int64")
    return np.where(decision == "TIJDELIJKE_UITSLUITING", (least + more).clip(max=most), 0)
