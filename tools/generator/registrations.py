"""Versions of a trajectory as its OCMW registers them: start, changes, end, corrections and withdrawals."""

from dataclasses import dataclass

import numpy as np

from generator import columns
from generator.assumptions import Assumptions
from generator.cohort import Cohort
from generator.draws import NO_DAY, Array, after, happens, whole
from generator.geography import Geography


@dataclass(frozen=True)
class Registrations:
    """The day of each kind of version per trajectory, NaT for none, and whether the last one withdraws it."""

    first: Array
    profile: Array
    prolongation: Array
    end: Array
    end_again: Array
    void: Array
    again: Array
    withdrawn: Array


def plan_registrations(assumed: Assumptions, rng: np.random.Generator, cohort: Cohort) -> Registrations:
    """Return the days on which the versions are registered; those of one trajectory follow each other."""
    size = len(cohort)
    void_at_start = happens(rng, assumed.void_at_start, size)
    void_late = happens(rng, assumed.void_late, size) & ~void_at_start
    lives = ~void_at_start
    last = first = after(cohort.start, whole(rng, assumed.first_version_days, size))
    profile, last = _next(
        last,
        after(first, whole(rng, assumed.profile_later_days, size)),
        happens(rng, assumed.profile_later, size) & lives,
    )
    prolongation, last = _next(
        last,
        after(cohort.first_plan, -whole(rng, assumed.prolongation_days, size)),
        (cohort.plan > cohort.first_plan) & lives,
    )
    delay = np.floor(rng.exponential(assumed.end_version_mean_days, size)).astype("int64")
    end, last = _next(last, after(cohort.end, delay), lives)
    end_again, last = _next(
        last,
        after(end, whole(rng, assumed.end_corrected_after_days, size)),
        happens(rng, assumed.end_corrected, size) & lives & (cohort.end > cohort.start),
    )
    void, last = _next(
        last,
        after(np.where(lives, last, first), whole(rng, assumed.void_days, size)),
        void_at_start | void_late,
    )
    again, last = _next(
        last,
        after(void, whole(rng, assumed.void_again_days, size)),
        void_late & happens(rng, assumed.void_again, size),
    )
    until = assumed.recorded_until
    return Registrations(
        first,
        profile,
        prolongation,
        end,
        end_again,
        void,
        again,
        withdrawn=(void <= until) & ~(again <= until),
    )


def _next(last: Array, wanted: Array, applies: Array) -> tuple[Array, Array]:
    """Return the day of a version, later than the version before, and the day of the last version so far."""
    day = np.where(applies, np.maximum(wanted, after(last, np.ones(len(last), dtype="int64"))), NO_DAY)
    return day, np.where(applies, day, last)


@dataclass(frozen=True)
class _Versions:
    row: Array
    day: Array
    planned: Array
    end: Array
    reason: Array
    void: Array
    profiled: Array


def trajectory_versions(
    assumed: Assumptions,
    geography: Geography,
    rng: np.random.Generator,
    cohort: Cohort,
    plan: Registrations,
    first_number: int,
) -> columns.Table:
    """Return raw_trajectories: every version registered until the last day, in order of registration."""
    versions = _all_versions(assumed, rng, cohort, plan)
    keep = np.flatnonzero(versions.day <= assumed.recorded_until)
    keep = keep[np.lexsort((versions.row[keep], versions.day[keep]))]
    row, day = versions.row[keep], versions.day[keep]
    new_code = happens(rng, assumed.takes_new_code, len(cohort))[row]
    coded_on = np.where(new_code, day, np.minimum(plan.first[row], day))
    residence = cohort.residence[row]
    known = versions.profiled[keep]
    return {
        "trajectory_id": first_number + row,
        "recorded_at": columns.recorded_at(day, whole(rng, assumed.office_seconds, len(row))),
        "is_void": versions.void[keep],
        "client_id": first_number + cohort.client[row],
        "ocmw_nis": columns.listed(geography.codes, geography.code_on(cohort.home[row], coded_on)),
        "residence_nis": columns.listed(
            geography.codes, np.where(residence < 0, -1, geography.code_on(residence, coded_on))
        ),
        "start_date": cohort.start[row],
        "planned_end_date": versions.planned[keep],
        "end_date": versions.end[keep],
        "end_reason": columns.text(versions.reason[keep]),
        "gender": columns.text(cohort.gender[row]),
        "birth_date": cohort.birth[row],
        "unemployed_since": np.where(known, cohort.unemployed[row], NO_DAY),
        "education_level": columns.text(np.where(known, cohort.education[row], "")),
        "migration_background": columns.text(cohort.migration[row]),
    }


def _all_versions(
    assumed: Assumptions, rng: np.random.Generator, cohort: Cohort, plan: Registrations
) -> _Versions:
    """Stack the versions of each kind; a version repeats what was known at the version before."""
    too_early = after(cohort.end, -whole(rng, assumed.end_corrected_by_days, len(cohort)))
    corrected = ~np.isnat(plan.end_again)
    first_end = np.where(corrected, np.maximum(too_early, cohort.start), cohort.end)
    no_end = np.full(len(cohort), NO_DAY)
    no_reason = np.full(len(cohort), "", dtype=object)
    prolonged = np.where(np.isnat(plan.prolongation), cohort.first_plan, cohort.plan)
    ended = ~np.isnat(plan.end)
    last_end = np.where(ended, cohort.end, NO_DAY)
    last_reason = np.where(ended, cohort.reason, "")
    at_profile = np.where(plan.prolongation < plan.profile, cohort.plan, cohort.first_plan)
    kinds = [
        (plan.first, cohort.first_plan, no_end, no_reason, False),
        (plan.profile, at_profile, no_end, no_reason, False),
        (plan.prolongation, cohort.plan, no_end, no_reason, False),
        (plan.end, prolonged, first_end, cohort.reason, False),
        (plan.end_again, prolonged, cohort.end, cohort.reason, False),
        (plan.void, prolonged, last_end, last_reason, True),
        (plan.again, prolonged, last_end, last_reason, False),
    ]
    row = np.arange(len(cohort))
    stacked = [np.concatenate(parts) for parts in zip(*(kind[:4] for kind in kinds), strict=True)]
    day = stacked[0]
    rows = np.tile(row, len(kinds))
    return _Versions(
        row=rows,
        day=day,
        planned=stacked[1],
        end=stacked[2],
        reason=stacked[3],
        void=np.repeat([kind[4] for kind in kinds], len(cohort)),
        profiled=np.isnat(plan.profile)[rows] | (day >= plan.profile[rows]),
    )
