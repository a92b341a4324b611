"""Lines of the subsidy ledger: payments, later corrections and recoveries, in whole euro cents."""

from dataclasses import dataclass

import numpy as np

from generator import columns
from generator.assumptions import Assumptions
from generator.cohort import Cohort
from generator.draws import (
    Array,
    add_months,
    after,
    expand,
    first_of_month,
    happens,
    last_of_month,
    pick_code,
    whole,
)
from generator.geography import Geography

WAGE, GUIDANCE, INCREASED = "loontoelage", "begeleidingsvergoeding", "verhoogde_staatstoelage"
PAYMENT, CORRECTION, RECOVERY = "payment", "correction", "recovery"
STREAMS = np.array([WAGE, GUIDANCE, INCREASED])
LINE_TYPES = np.array([PAYMENT, CORRECTION, RECOVERY])


@dataclass(frozen=True)
class Lines:
    """One element per line; `stream` and `kind` are places in STREAMS and LINE_TYPES, `month` a first day."""

    row: Array
    booked: Array
    month: Array
    stream: Array
    kind: Array
    cents: Array


def draw_lines(assumed: Assumptions, rng: np.random.Generator, cohort: Cohort, exists: Array) -> Lines:
    """Return every line of the trajectories for which `exists` is true, also those of after the last day."""
    wages = _wages(assumed, rng, cohort, exists)
    payments = _joined(
        [wages, _guidance(assumed, rng, cohort, exists), _increased(assumed, rng, wages, len(cohort))]
    )
    return _joined([payments, _corrections(assumed, rng, payments), _recoveries(assumed, rng, payments)])


def ledger(
    assumed: Assumptions,
    geography: Geography,
    rng: np.random.Generator,
    cohort: Cohort,
    lines: Lines,
    first_client: int,
    first_number: int,
) -> columns.Table:
    """Return raw_subsidies: the lines booked until the last day, in order of booking."""
    keep = np.flatnonzero(lines.booked <= assumed.recorded_until)
    keep = keep[np.lexsort((lines.row[keep], lines.booked[keep]))]
    row, booked, month = lines.row[keep], lines.booked[keep], lines.month[keep]
    size = len(keep)
    named = happens(rng, assumed.month_written_later, size)
    return {
        "line_id": first_number + np.arange(size),
        "booked_on": booked,
        "ocmw_nis": columns.listed(geography.codes, geography.code_on(cohort.home[row], booked)),
        "client_id": first_client + cohort.client[row],
        "performance_month": np.where(named, last_of_month(month), month),
        "stream": columns.listed(STREAMS, lines.stream[keep]),
        "line_type": columns.listed(LINE_TYPES, lines.kind[keep]),
        "amount_eur": lines.cents[keep] / 100,
    }


def _joined(parts: list[Lines]) -> Lines:
    names = ("row", "booked", "month", "stream", "kind", "cents")
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _wages(assumed: Assumptions, rng: np.random.Generator, cohort: Cohort, exists: Array) -> Lines:
    """One payment per month of art. 60 employment: the rate of that month for the days and hours worked."""
    size = len(cohort)
    start = after(cohort.start, whole(rng, assumed.employment_start_days, size))
    end = after(cohort.end, -whole(rng, assumed.aftercare_days, size))
    works = happens(rng, assumed.employed, size) & exists & (start <= end)
    months = (end.astype("datetime64[M]") - start.astype("datetime64[M]")).astype("int64") + 1
    row, place = expand(np.where(works, months, 0))
    month = first_of_month(start.astype("datetime64[M]")[row] + place.astype("timedelta64[M]"))
    last = last_of_month(month)
    worked = (np.minimum(end[row], last) - np.maximum(start[row], month)).astype("int64") + 1
    of_month = (last - month).astype("int64") + 1
    percent = pick_code(rng, assumed.part_time_percent, size).astype("int64")[row]
    cents = _rounded(_rates(assumed, month) * percent * worked, 100 * of_month)
    return _payments(assumed, rng, row, month, WAGE, cents)


def _guidance(assumed: Assumptions, rng: np.random.Generator, cohort: Cohort, exists: Array) -> Lines:
    """One line per full quarter of guidance, under the last month of the quarter."""
    size = len(cohort)
    months = (cohort.end.astype("datetime64[M]") - cohort.start.astype("datetime64[M]")).astype("int64")
    guided = happens(rng, assumed.guidance, size) & exists
    row, place = expand(np.where(guided, months // assumed.quarter_months, 0))
    month = first_of_month(add_months(cohort.start[row], (place + 1) * assumed.quarter_months - 1))
    return _payments(assumed, rng, row, month, GUIDANCE, np.full(len(row), assumed.guidance_quarter_cents))


def _increased(assumed: Assumptions, rng: np.random.Generator, wages: Lines, size: int) -> Lines:
    chosen = happens(rng, assumed.increased, size)[wages.row]
    cents = _rounded(wages.cents[chosen] * assumed.increased_percent, 100)
    return _payments(assumed, rng, wages.row[chosen], wages.month[chosen], INCREASED, cents)


def _payments(
    assumed: Assumptions, rng: np.random.Generator, row: Array, month: Array, stream: str, cents: Array
) -> Lines:
    size = len(row)
    later = pick_code(rng, assumed.booked_months, size).astype("int64")
    booked = after(add_months(month, later), whole(rng, assumed.booked_day, size))
    return Lines(
        row, booked, month, _places(STREAMS, stream, size), _places(LINE_TYPES, PAYMENT, size), cents
    )


def _corrections(assumed: Assumptions, rng: np.random.Generator, payments: Lines) -> Lines:
    """Corrections up or down, some of them years later and a few of months long before the programme."""
    chosen = np.flatnonzero(happens(rng, assumed.corrected, len(payments.row)))
    size = len(chosen)
    wait = assumed.correction_least_days + rng.exponential(assumed.correction_mean_days, size).astype("int64")
    booked = after(payments.booked[chosen], wait)
    old = happens(rng, assumed.correction_old_regime, size)
    back = first_of_month(add_months(booked, -whole(rng, assumed.correction_old_regime_months, size)))
    month = np.where(old & (back < assumed.first_start), back, payments.month[chosen])
    down = happens(rng, assumed.correction_negative, size)
    percent = np.where(
        down,
        -whole(rng, assumed.correction_down_percent, size),
        whole(rng, assumed.correction_up_percent, size),
    )
    cents = _rounded(payments.cents[chosen] * percent, 100)
    kind = _places(LINE_TYPES, CORRECTION, size)
    lines = (payments.row[chosen], booked, month, payments.stream[chosen], kind, cents)
    return Lines(*(values[cents != 0] for values in lines))


def _recoveries(assumed: Assumptions, rng: np.random.Generator, payments: Lines) -> Lines:
    chosen = np.flatnonzero(happens(rng, assumed.recovered, len(payments.row)))
    size = len(chosen)
    wait = assumed.correction_least_days + rng.exponential(assumed.correction_mean_days, size).astype("int64")
    booked = after(payments.booked[chosen], wait)
    kind = _places(LINE_TYPES, RECOVERY, size)
    return Lines(
        payments.row[chosen],
        booked,
        payments.month[chosen],
        payments.stream[chosen],
        kind,
        -payments.cents[chosen],
    )


def _rates(assumed: Assumptions, month: Array) -> Array:
    """Return the cents of a full month that were valid on its first day."""
    since = np.array([*assumed.monthly_rate_cents], dtype="datetime64[M]")
    rate = np.array([*assumed.monthly_rate_cents.values()])
    return rate[np.searchsorted(since, month.astype("datetime64[M]"), side="right") - 1]


def _rounded(amount: Array, parts: Array | int) -> Array:
    """Return amount / parts in whole cents, halves away from zero, without floating point."""
    sign = np.where(amount < 0, -1, 1)
    return sign * ((2 * np.abs(amount) + parts) // (2 * parts))


def _places(values: Array, value: str, size: int) -> Array:
    return np.full(size, int(np.flatnonzero(values == value)[0]))
