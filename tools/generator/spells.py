"""What a client does after the trajectory: status spells, competence spells and their registration."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generator import columns
from generator.assumptions import Assumptions, Span
from generator.cohort import DECEASED, Cohort
from generator.draws import DAY, NO_DAY, Array, add_months, after, happens, pick_code, whole

WORK = ("NEC", "NEC_SE", "SEC", "ZELFSTANDIGE")
FINAL = ("PENSIOEN", "OVERLEDEN")
JOBSEEKER, LIVING_WAGE, OTHER = "WERKZOEKEND", "LEEFLOON", "ANDERE"
MEASURE_MONTHS = 12


@dataclass(frozen=True)
class Spells:
    """One element per spell; `row` is the trajectory it follows, `end` NaT = goes on."""

    row: Array
    code: Array
    start: Array
    end: Array


def draw_outcomes(assumed: Assumptions, rng: np.random.Generator, cohort: Cohort) -> Array:
    """Return the status code of each trajectory 12 months after its end, "" = none registered."""
    size = len(cohort)
    outcome = pick_code(rng, assumed.outcomes, size)
    to_work = np.isin(cohort.reason, ("WERK_NEC", "WERK_SEC"))
    outcome = np.where(to_work, pick_code(rng, assumed.outcomes_after_work, size), outcome)
    outcome = np.where(cohort.retires, "PENSIOEN", outcome)
    outcome = np.where(cohort.reason == DECEASED, "OVERLEDEN", outcome)
    # who starts another trajectory is alive
    return np.where(np.isin(outcome, FINAL) & ~np.isnat(cohort.next_start), JOBSEEKER, outcome)


def draw_spells(
    assumed: Assumptions, rng: np.random.Generator, cohort: Cohort, outcome: Array, follows: Array
) -> Spells:
    """Return the spells after the end of every trajectory for which `follows` is true."""
    rows = np.flatnonzero(follows)
    end, outcome = cohort.end[rows], outcome[rows]
    measure = add_months(end, MEASURE_MONTHS)
    status = _status(assumed, rng, rows, outcome, end, measure)
    found = [
        status,
        _waiting(assumed, rng, status, cohort.end),
        _afterwards(assumed, rng, status),
        _beside(assumed, rng, status, cohort.end),
        _lost(assumed, rng, rows, outcome, end),
        _competence(assumed, rng, rows, outcome, end),
    ]
    names = ("row", "code", "start", "end")
    spells = Spells(*(np.concatenate([getattr(part, name) for part in found]) for name in names))
    return _until_next_trajectory(spells, cohort)


def _pick(spells: Spells, keep: Array) -> Spells:
    return Spells(spells.row[keep], spells.code[keep], spells.start[keep], spells.end[keep])


def _status(
    assumed: Assumptions, rng: np.random.Generator, rows: Array, outcome: Array, end: Array, measure: Array
) -> Spells:
    """The spell that covers the measure date."""
    size = len(rows)
    at_once = happens(rng, assumed.status_at_once, size)
    wait = np.where(at_once, 1, whole(rng, assumed.status_later_days, size))
    final = np.isin(outcome, FINAL)
    goes_on = happens(rng, assumed.status_open, size) | final
    until = after(measure, whole(rng, assumed.status_after_measure_days, size))
    spells = Spells(rows, outcome, after(end, wait), np.where(goes_on, NO_DAY, until))
    return _pick(spells, outcome != "")


def _waiting(assumed: Assumptions, rng: np.random.Generator, status: Spells, ends: Array) -> Spells:
    """The time between the end and the status of month 12."""
    size = len(status.row)
    code = np.where(happens(rng, assumed.waiting_is_leefloon, size), LIVING_WAGE, JOBSEEKER).astype(object)
    start, end = ends[status.row] + DAY, status.start - DAY
    return _pick(Spells(status.row, code, start, end), start <= end)


def _afterwards(assumed: Assumptions, rng: np.random.Generator, status: Spells) -> Spells:
    size = len(status.row)
    code = np.full(size, JOBSEEKER, dtype=object)
    follows = ~np.isnat(status.end) & happens(rng, assumed.jobseeker_after, size) & (status.code != JOBSEEKER)
    return _pick(Spells(status.row, code, status.end + DAY, np.full(size, NO_DAY)), follows)


def _beside(assumed: Assumptions, rng: np.random.Generator, status: Spells, ends: Array) -> Spells:
    """Workers whose registration as jobseeker was never closed: several statuses on one day."""
    size = len(status.row)
    code = np.full(size, JOBSEEKER, dtype=object)
    beside = np.isin(status.code, WORK) & happens(rng, assumed.jobseeker_beside_work, size)
    return _pick(Spells(status.row, code, ends[status.row] + DAY, np.full(size, NO_DAY)), beside)


def _lost(assumed: Assumptions, rng: np.random.Generator, rows: Array, outcome: Array, end: Array) -> Spells:
    size = len(rows)
    code = np.full(size, JOBSEEKER, dtype=object)
    start = end + DAY
    until = after(start, whole(rng, assumed.lost_from_view_days, size))
    return _pick(
        Spells(rows, code, start, until), (outcome == "") & happens(rng, assumed.lost_from_view, size)
    )


def _competence(
    assumed: Assumptions, rng: np.random.Generator, rows: Array, outcome: Array, end: Array
) -> Spells:
    size = len(rows)
    code = pick_code(rng, assumed.competence, size)
    start = after(end, whole(rng, assumed.competence_start_days, size))
    until = after(start, whole(rng, assumed.competence_days, size))
    return _pick(Spells(rows, code, start, until), (code != "") & ~np.isin(outcome, FINAL))


def _until_next_trajectory(spells: Spells, cohort: Cohort) -> Spells:
    """Cut every spell off at the start of the person's next trajectory."""
    last = cohort.next_start[spells.row] - DAY
    cut = ~np.isnat(last) & (np.isnat(spells.end) | (spells.end > last))
    cut_spells = Spells(spells.row, spells.code, spells.start, np.where(cut, last, spells.end))
    return _pick(cut_spells, np.isnat(cut_spells.end) | (cut_spells.end >= cut_spells.start))


def withdrawals(
    assumed: Assumptions, rng: np.random.Generator, last: Array, share: float, days: Span
) -> tuple[Array, Array]:
    """Return the day of withdrawal of a `share` of records, and for some of these of a new registration."""
    size = len(last)
    void = np.where(happens(rng, share, size), after(last, whole(rng, days, size)), NO_DAY)
    return void, np.where(happens(rng, assumed.void_again, size), after(void, whole(rng, days, size)), NO_DAY)


def outflow_versions(
    assumed: Assumptions,
    rng: np.random.Generator,
    cohort: Cohort,
    spells: Spells,
    first_client: int,
    first_number: int,
) -> columns.Table:
    """Return raw_outflow: a version at the start of each spell, at its end, corrections and withdrawals."""
    size = len(spells.row)
    lag = assumed.spell_version_days
    first = after(spells.start, whole(rng, lag, size))
    end_known = spells.end <= first
    recoded = happens(rng, assumed.spell_recoded, size)
    change = np.where(recoded, after(first, whole(rng, assumed.spell_recoded_days, size)), NO_DAY)
    last = np.where(recoded, change, first)
    closing = np.maximum(after(spells.end, whole(rng, lag, size)), last + DAY)
    closed = np.where(np.isnat(spells.end) | end_known, NO_DAY, closing)
    last = np.where(np.isnat(closed), last, closed)
    void, again = withdrawals(assumed, rng, last, assumed.spell_void, lag)
    first_code = np.where(recoded, np.where(np.isin(spells.code, WORK), OTHER, spells.code), spells.code)
    known_end = np.where(end_known, spells.end, NO_DAY)
    kinds = [
        (first, first_code, known_end, False),
        (change, spells.code, known_end, False),
        (closed, spells.code, spells.end, False),
        (void, spells.code, spells.end, True),
        (again, spells.code, spells.end, False),
    ]
    day, code, end = (np.concatenate(parts) for parts in zip(*(kind[:3] for kind in kinds), strict=True))
    number = np.tile(np.arange(size), len(kinds))
    keep = in_order(day, number, assumed)
    spell = number[keep]
    return {
        "spell_id": first_number + spell,
        "recorded_at": columns.recorded_at(day[keep], whole(rng, assumed.office_seconds, len(keep))),
        "is_void": np.repeat([kind[3] for kind in kinds], size)[keep],
        "client_id": first_client + cohort.client[spells.row[spell]],
        "spell_code": columns.text(code[keep]),
        "start_date": spells.start[spell],
        "end_date": end[keep],
    }


def in_order(day: Array, number: Array, assumed: Assumptions) -> Array:
    """Return the positions of the versions registered until the last day, by day and record."""
    keep = np.flatnonzero(day <= assumed.recorded_until)
    return keep[np.lexsort((number[keep], day[keep]))]


def share_of_year(shares: Mapping[int, float], years: Array) -> Array:
    """Return the share of each year (float); the last one given serves for every later year."""
    listed = np.array([*shares.values()])
    found: Array = listed[(years - min(shares)).clip(0, len(listed) - 1)]
    return found
