"""The lives behind the deliveries: who started where and when, how long it took and how it ended."""

from dataclasses import dataclass, replace

import numpy as np

from generator.assumptions import Assumptions
from generator.draws import (
    DAY,
    NO_DAY,
    Array,
    add_months,
    after,
    between,
    happens,
    last_of_month,
    pick,
    pick_code,
    whole,
    year_of,
)
from generator.geography import Geography

COMPLETED, RETIRED, DECEASED = "VOLTOOID", "PENSIOEN", "OVERLIJDEN"


@dataclass(frozen=True)
class Cohort:
    """One element per trajectory in every array; days are datetime64[D] with NaT for none, "" is not known.

    `client` is the position of the person's first trajectory, `next_start` the start of the next one.
    `end` is the last actual day, known or still to come; `retires` says whether a pension follows.
    """

    client: Array
    home: Array
    residence: Array
    start: Array
    first_plan: Array
    plan: Array
    end: Array
    retires: Array
    reason: Array
    next_start: Array
    gender: Array
    birth: Array
    unemployed: Array
    education: Array
    migration: Array

    def __len__(self) -> int:
        """Return the number of trajectories."""
        return len(self.start)


def draw_cohort(assumed: Assumptions, geography: Geography, rng: np.random.Generator, size: int) -> Cohort:
    """Return `size` trajectories of the years of `starts_per_year`, re-entries included."""
    start = _starts(assumed, rng, size)
    months = _planned_months(assumed, rng, size)
    first_plan = add_months(start, months) - DAY
    most = np.maximum(add_months(start, assumed.maximum_months) - DAY, first_plan)
    to_month_end = happens(rng, assumed.planned_to_month_end, size)
    first_plan = np.where(to_month_end, np.minimum(last_of_month(first_plan), most), first_plan)
    early = happens(rng, assumed.ended_early, size)
    plan = np.where(early, first_plan, _prolonged(assumed, rng, start, first_plan))
    home = geography.homes[pick(rng, geography.weights, size)]
    antwerp = home == geography.antwerp
    birth = _births(assumed, rng, start)
    end = _ends(assumed, rng, start, plan, early)
    of_age = birth <= add_months(end, -12 * assumed.retirement_age)
    retires = of_age & happens(rng, assumed.retired, size)
    cohort = Cohort(
        client=np.arange(size),
        home=home,
        residence=_residences(assumed, geography, rng, home),
        start=start,
        first_plan=first_plan,
        plan=plan,
        end=end,
        retires=retires,
        reason=_reasons(assumed, rng, early, retires),
        next_start=np.full(size, NO_DAY),
        gender=pick_code(rng, assumed.gender, size),
        birth=birth,
        unemployed=_unemployed(assumed, rng, start, birth),
        education=pick_code(rng, assumed.education, size),
        migration=_migration(assumed, rng, antwerp),
    )
    return _with_reentries(assumed, rng, cohort)


def _starts(assumed: Assumptions, rng: np.random.Generator, size: int) -> Array:
    """Draw working days, the year first and then the month by its factor."""
    years = list(assumed.starts_per_year)
    days = np.arange(assumed.first_start, np.datetime64(f"{years[-1] + 1}-01-01"))
    days = days[np.is_busday(days)]
    weight = np.ones(len(days))
    for month, factor in assumed.start_month_factor.items():
        weight[days.astype("datetime64[M]") == np.datetime64(month)] = factor
    for year, starts in assumed.starts_per_year.items():
        of_year = year_of(days) == year
        weight[of_year] *= starts / weight[of_year].sum()
    return days[pick(rng, weight, size)]


def _planned_months(assumed: Assumptions, rng: np.random.Generator, size: int) -> Array:
    kind = pick_code(rng, assumed.planned_months, size)
    other = whole(rng, assumed.planned_months_other, size)
    over = whole(rng, assumed.planned_months_over, size)
    fixed = np.array([int(name) if name.isdigit() else 0 for name in assumed.planned_months])
    named = fixed[[list(assumed.planned_months).index(name) for name in kind]]
    return np.select([kind == "other", kind == "over"], [other, over], named)


def _prolonged(assumed: Assumptions, rng: np.random.Generator, start: Array, plan: Array) -> Array:
    size = len(start)
    later = add_months(plan, whole(rng, assumed.prolonged_months, size))
    most = np.maximum(add_months(start, assumed.maximum_months) - DAY, plan)
    free = happens(rng, assumed.prolonged_over_maximum, size)
    return np.where(
        happens(rng, assumed.prolonged, size), np.where(free, later, np.minimum(later, most)), plan
    )


def _ends(assumed: Assumptions, rng: np.random.Generator, start: Array, plan: Array, early: Array) -> Array:
    size = len(start)
    part = rng.beta(*assumed.early_shape, size=size)
    broken_off = after(start, np.floor(part * (plan - start).astype("int64")).astype("int64"))
    off_plan = happens(rng, assumed.completed_off_plan, size)
    shift = np.where(off_plan, whole(rng, assumed.completed_off_plan_days, size), 0)
    return np.where(early, broken_off, np.maximum(after(plan, shift), start))


def _reasons(assumed: Assumptions, rng: np.random.Generator, early: Array, retires: Array) -> Array:
    broken_off = np.where(retires, RETIRED, pick_code(rng, assumed.early_reasons, len(early)))
    reason = np.where(early, broken_off, COMPLETED)
    return np.where(happens(rng, assumed.reason_missing, len(early)), "", reason)


def _births(assumed: Assumptions, rng: np.random.Generator, start: Array) -> Array:
    ages = np.array([*assumed.age])[pick(rng, list(assumed.age.values()), len(start))]
    youngest, oldest = ages[:, 0], ages[:, 1]
    birth = between(rng, add_months(start, -12 * (oldest + 1)) + DAY, add_months(start, -12 * youngest))
    return np.where(oldest == 0, NO_DAY, birth)


def _unemployed(assumed: Assumptions, rng: np.random.Generator, start: Array, birth: Array) -> Array:
    spans = np.array([*assumed.unemployed_months])[
        pick(rng, list(assumed.unemployed_months.values()), len(start))
    ]
    least, most = spans[:, 0], spans[:, 1]
    since = between(rng, add_months(start, -(most + 1)) + DAY, add_months(start, -least))
    adult = np.where(np.isnat(birth), since, add_months(birth, 12 * assumed.adult_age))
    return np.where(most == 0, NO_DAY, np.minimum(np.maximum(since, adult), start))


def _migration(assumed: Assumptions, rng: np.random.Generator, antwerp: Array) -> Array:
    share = np.where(antwerp, assumed.migration_background_antwerp, assumed.migration_background)
    answer = np.where(happens(rng, share, len(antwerp)), "true", "false")
    return np.where(happens(rng, assumed.migration_unknown, len(antwerp)), "", answer)


def _residences(assumed: Assumptions, geography: Geography, rng: np.random.Generator, home: Array) -> Array:
    """Return the home of the client, -1 when unknown."""
    size = len(home)
    places = whole(rng, assumed.elsewhere_steps, size) * np.where(
        happens(rng, assumed.elsewhere_up, size), 1, -1
    )
    residence = np.where(happens(rng, assumed.lives_elsewhere, size), geography.nearby(home, places), home)
    return np.where(happens(rng, assumed.residence_unknown, size), -1, residence)


def _with_reentries(assumed: Assumptions, rng: np.random.Generator, cohort: Cohort) -> Cohort:
    """Give some trajectories the person of an earlier one that ended about then; starts keep their spread."""
    size = len(cohort)
    chosen = np.flatnonzero(
        happens(rng, assumed.reentry, size) & ~cohort.retires & (cohort.reason != DECEASED)
    )
    wanted = after(cohort.end[chosen], whole(rng, assumed.reentry_gap_days, len(chosen)))
    order = np.argsort(cohort.start, kind="stable")
    found = np.searchsorted(cohort.start[order], wanted)
    chosen, found = chosen[found < size], found[found < size]
    second, pair = np.unique(order[found], return_index=True)
    first = chosen[pair]
    fits = (cohort.start[second] > cohort.start[first]) & ~np.isin(second, chosen) & ~cohort.retires[second]
    second, first = second[fits], first[fits]
    person = {
        name: _copied(getattr(cohort, name), second, first)
        for name in ("gender", "birth", "education", "migration")
    }
    same = happens(rng, assumed.reentry_same_ocmw, len(second))
    moved = {
        name: _copied(getattr(cohort, name), second[same], first[same]) for name in ("home", "residence")
    }
    next_start = cohort.next_start.copy()
    next_start[first] = cohort.start[second]
    client = _copied(cohort.client, second, first)
    born = person["birth"][second]
    grown = np.where(np.isnat(born), cohort.unemployed[second], add_months(born, 12 * assumed.adult_age))
    unemployed = cohort.unemployed.copy()
    unemployed[second] = np.where(np.isnat(unemployed[second]), NO_DAY, np.maximum(unemployed[second], grown))
    return replace(cohort, client=client, next_start=next_start, unemployed=unemployed, **person, **moved)


def _copied(values: Array, target: Array, source: Array) -> Array:
    result = values.copy()
    result[target] = values[source]
    return result
