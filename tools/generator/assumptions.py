"""The one table of assumptions behind the synthetic deliveries: name, value, unit and source of each.

Nothing in the generator is a real record. A published figure only sets the size or shape of what is drawn;
grade P is an official source, S the press or another secondary source; "assumed" means that none was found.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np

Span = tuple[int, int]
T = TypeVar("T")


class Assumption(NamedTuple):
    """One line of the table of assumptions."""

    name: str
    value: object
    unit: str
    source: str


@dataclass(frozen=True)
class Assumed(Generic[T]):
    """A value with its unit and source; read through `Assumptions` it is just the value."""

    value: T
    unit: str
    source: str = "assumed"

    def __get__(self, instance: object, owner: type) -> T:
        """Return the value."""
        return self.value


def _day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


class Assumptions:
    """All values the generator uses; a span is (least, most), bounds included; a mix gives codes a share."""

    # when
    first_start = Assumed(_day("2017-01-01"), "day", "published: decree in force 1-1-2017, P")
    recorded_until = Assumed(_day("2024-12-31"), "day, last one with any registration or booking")
    starts_per_year = Assumed(
        {2017: 4851, 2018: 4200, 2019: 4100, 2020: 3300, 2021: 3700, 2022: 3900, 2023: 4000},
        "trajectories, used as proportions",
        "published: 4,851 in 2017 (Knack Feb 2019, S), 8,581 running in 2018 (S); later years assumed",
    )
    start_month_factor = Assumed(
        {"2017-01": 0.5, "2017-02": 0.7, "2020-03": 0.7, "2020-04": 0.3, "2020-05": 0.5, "2020-06": 0.8},
        "weight of a month within its year, 1 elsewhere",
        "assumed; shape: 956 starts to April 2017 (HLN 12-4-2017, S), COVID spring of 2020",
    )

    # where
    city_share = Assumed(
        {"11002": 0.375, "44021": 0.05, "12025": 0.025},
        "share of all trajectories, by NIS code",
        "assumed between 20 and 47 % Antwerpen, 4 % Gent (De Tijd Sept 2018, GvA 2-10-2017, S)",
    )
    population_exponent = Assumed(1.15, "power of the population in the weight of any other municipality")
    municipality_spread = Assumed(0.5, "standard deviation of the log of that weight")
    province_factor = Assumed(
        {"10000": 0.75, "70000": 0.6},
        "factor on that weight, by province, 1 elsewhere",
        "assumed from 48.1 % province of Antwerpen and < 5.8 % Limburg in 2018 (Knack, VRT 28-2-2019, S)",
    )
    municipalities_without = Assumed(12, "municipalities without any trajectory, among the smaller half")
    lives_elsewhere = Assumed(0.04, "share of clients who live in a nearby municipality")
    elsewhere_steps = Assumed((1, 3), "places up or down the list of codes to that municipality")
    elsewhere_up = Assumed(0.5, "share of them up the list")
    residence_unknown = Assumed(0.005, "share")
    takes_new_code = Assumed(0.6, "share of trajectories whose later versions carry the code after a merger")

    # how long
    planned_months = Assumed(
        {"12": 0.29, "18": 0.29, "24": 0.22, "other": 0.19, "over": 0.01},
        "share by planned months",
        "assumed; 12, 18 or 24 by age is the practice (Ondernemen in Antwerpen; FOD WASO waiting days, P)",
    )
    planned_months_other = Assumed((3, 23), "months")
    planned_months_over = Assumed((25, 30), "months, longer than the maximum to reach full social rights")
    planned_to_month_end = Assumed(0.15, "share of plans that run to the last day of their month")
    prolonged = Assumed(0.15, "share of completed trajectories that were prolonged")
    prolonged_months = Assumed((1, 6), "months")
    prolonged_over_maximum = Assumed(0.05, "share of prolongations that may pass the maximum")
    maximum_months = Assumed(24, "months", "published: VDAB Draaiboek TWE-OCMW, Financiering, P")
    ended_early = Assumed(0.34, "share of trajectories")
    early_shape = Assumed((1.5, 1.4), "beta parameters of the part of the plan done at an early end")
    completed_off_plan = Assumed(0.15, "share of completed trajectories that end some days off their plan")
    completed_off_plan_days = Assumed((-15, 20), "days")
    reason_missing = Assumed(0.05, "share of ends without a reason")
    early_reasons = Assumed(
        {
            "STOPZETTING_CLIENT": 0.21,
            "WERK_NEC": 0.16,
            "ZIEKTE": 0.15,
            "SE_HOOGST_HAALBAAR": 0.09,
            "ONTSLAG_DRINGENDE_REDEN": 0.09,
            "NIET_TIJDIG_ART60": 0.08,
            "OPLEIDING_LANG": 0.06,
            "VERHUIS_ANDER_OCMW": 0.05,
            "WERK_SEC": 0.04,
            "ADMINISTRATIEF": 0.04,
            "VERHUIS_ANDER_GEWEST": 0.02,
            "OVERLIJDEN": 0.01,
        },
        "share of early ends",
        "assumed; only training and social economy are evidenced as reasons (VDAB Draaiboek, P)",
    )
    retirement_age = Assumed(60, "years at the end, from which someone may retire")
    retired = Assumed(0.25, "share of the clients of that age who retire at the end of the trajectory")
    reentry = Assumed(0.1, "tried share of persons with a second trajectory (a part finds no fitting start)")
    reentry_gap_days = Assumed((-60, 700), "days from the end of the first to the start of the second")
    reentry_same_ocmw = Assumed(0.8, "share of second trajectories at the same OCMW")

    # who
    gender = Assumed(
        {"M": 0.512, "V": 0.473, "X": 0.003, "": 0.012},
        "share",
        "assumed; direction from POD MI profile figures (P/S)",
    )
    age = Assumed(
        {(18, 24): 0.18, (25, 39): 0.45, (40, 54): 0.3, (55, 63): 0.065, (0, 0): 0.005},
        "share by completed years at start, (0, 0) = unknown",
        "assumed; biggest group 25-44 (POD MI, S)",
    )
    unemployed_months = Assumed(
        {(0, 11): 0.38, (12, 23): 0.22, (24, 120): 0.28, (0, 0): 0.12},
        "share by months before the start, (0, 0) = unknown",
        "assumed; 55 % of leefloners known to VDAB (HBVL 2023, S)",
    )
    adult_age = Assumed(18, "years; no registration as jobseeker before")
    education = Assumed({"kort": 0.65, "midden": 0.22, "hoog": 0.08, "": 0.05}, "share")
    migration_background = Assumed(0.59, "share outside Antwerpen")
    migration_background_antwerp = Assumed(0.73, "share in Antwerpen")
    migration_unknown = Assumed(0.03, "share")

    # how it is registered
    office_seconds = Assumed((8 * 3600, 18 * 3600 - 1), "second of the day of a registration")
    first_version_days = Assumed((0, 14), "days after the start")
    profile_later = Assumed(
        0.08, "share of trajectories whose education and unemployment come in a later version"
    )
    profile_later_days = Assumed((20, 120), "days after the first version")
    prolongation_days = Assumed((5, 60), "days before the first planned end")
    end_version_mean_days = Assumed(10.0, "mean of the exponential number of days after the end")
    end_corrected = Assumed(0.03, "share of ends first registered on another day")
    end_corrected_by_days = Assumed((1, 20), "days too early")
    end_corrected_after_days = Assumed((10, 200), "days after the first registration of the end")
    void_at_start = Assumed(0.005, "share of trajectories withdrawn soon after the first version")
    void_late = Assumed(0.006, "share of trajectories withdrawn after their last version")
    void_again = Assumed(0.5, "share of later withdrawals registered again under the same key")
    void_days = Assumed((1, 60), "days after the version before")
    void_again_days = Assumed((1, 20), "days after the withdrawal")

    # what comes after
    outcomes = Assumed(
        {
            "NEC": 0.281,
            "NEC_SE": 0.024,
            "SEC": 0.052,
            "ZELFSTANDIGE": 0.006,
            "WERKZOEKEND": 0.345,
            "ZIEKTE": 0.1,
            "LEEFLOON": 0.1,
            "OPLEIDING": 0.043,
            "OVERLEDEN": 0.003,
            "VERHUISD": 0.015,
            "ANDERE": 0.01,
            "": 0.021,
        },
        "share by status 12 months after the end; empty = none registered",
        "published: 39.21 % to work on average (SV 319, 2025-2026, S); split and the rest assumed",
    )
    outcomes_after_work = Assumed(
        {
            "NEC": 0.52,
            "NEC_SE": 0.03,
            "SEC": 0.14,
            "ZELFSTANDIGE": 0.01,
            "WERKZOEKEND": 0.24,
            "ZIEKTE": 0.03,
            "": 0.03,
        },
        "idem after an early end with reason WERK_NEC or WERK_SEC",
    )
    status_at_once = Assumed(
        0.72,
        "share whose status of month 12 begins the day after the end",
        "derived: 28 % at work one day after the end (SV 319, S) over 39 % at month 12",
    )
    status_later_days = Assumed((2, 364), "days after the end")
    status_open = Assumed(0.45, "share of those spells that go on")
    status_after_measure_days = Assumed((0, 900), "days it lasts beyond month 12 if it does not go on")
    waiting_is_leefloon = Assumed(
        0.25, "share of waiting times before that spell on leefloon; else jobseeker"
    )
    jobseeker_after = Assumed(0.5, "share of ended spells followed by one as jobseeker")
    jobseeker_beside_work = Assumed(0.04, "share of workers still registered as jobseeker")
    lost_from_view = Assumed(0.5, "share without status at month 12 who had one before")
    lost_from_view_days = Assumed((30, 300), "days that one lasted")
    competence = Assumed(
        {"": 0.755, "CV_OPLEIDING": 0.15, "CV_WERKPLEKLEREN": 0.095}, "share of ended trajectories"
    )
    competence_start_days = Assumed((-20, 350), "days after the end")
    competence_days = Assumed((30, 150), "days it lasts")
    spell_version_days = Assumed((2, 45), "days between an event and its registration")
    spell_recoded = Assumed(0.02, "share of spells first registered under another code")
    spell_recoded_days = Assumed((20, 200), "days until the right code is registered")
    spell_void = Assumed(0.01, "share of spells withdrawn")

    # transmissions to the Controledienst
    transmission = Assumed(
        {
            2017: 0.05,
            2018: 0.06,
            2019: 0.065,
            2020: 0.045,
            2021: 0.045,
            2022: 0.072,
            2023: 0.08,
            2024: 0.078,
            2025: 0.078,
            2026: 0.078,
        },
        "share of ended trajectories, by year of the measure date",
        "assumed; shape: -44 % in 2020 (Trends July 2021, S), more in 2022-2023 (VDAB 2023, P)",
    )
    transmission_second = Assumed(0.12, "share of those with a second transmission")
    transmission_outside = Assumed(0.012, "share of ended trajectories with one after the 12 months")
    transmission_outside_days = Assumed((1, 300), "days after the measure date")
    transmission_causes = Assumed(
        {
            "AFWEZIG_AFSPRAAK": 0.72,
            "WEIGERING_PASSEND_WERK": 0.08,
            "AFSPRAKENBLAD_NIET_NAGEKOMEN": 0.08,
            "STOPZETTING_OPLEIDING": 0.06,
            "NEGATIEVE_EVALUATIE_BIT": 0.02,
            "": 0.04,
        },
        "share",
        "published: 74-75 % no-show (HBVL 10-2-2023, S; VDAB 2023, P); rest assumed",
    )
    transmission_decisions = Assumed(
        {
            "GEEN_GEVOLG": 0.4,
            "VERWITTIGING": 0.2,
            "TIJDELIJKE_UITSLUITING": 0.33,
            "UITSLUITING_ONBEPAALD": 0.05,
            "": 0.02,
        },
        "share; empty = never decided",
        "assumed; 26-48 % sanctions per transmission (HLN 2018, Belga 2026, S)",
    )
    decision_days = Assumed((20, 90), "days after the transmission")
    decision_undated = Assumed(0.02, "share of decisions without a date")
    sanction_weeks = Assumed((4, 52), "weeks", "published: VDAB, Welke sancties, P")
    sanction_mean_weeks = Assumed(10.0, "weeks", "published: mean of 2025 (Belga, S)")
    transmission_version_days = Assumed((1, 10), "days between an event and its registration")
    transmission_void = Assumed(0.01, "share of transmissions withdrawn")

    # money
    monthly_rate_cents = Assumed(
        {
            "2017-01": 115_653,
            "2017-06": 117_965,
            "2017-09": 119_027,
            "2018-09": 122_900,
            "2019-07": 125_482,
            "2020-02": 129_591,
            "2021-01": 132_200,
            "2021-07": 134_900,
            "2021-09": 136_600,
            "2022-01": 140_000,
            "2022-05": 146_000,
            "2022-11": 152_000,
            "2023-01": 164_000,
            "2023-11": 169_000,
            "2024-05": 174_129,
        },
        "euro cents a month for full-time work, by first month",
        "published family living wage of 2017-06, 2019-07, 2020-02, 2024-05 (OCMW Sint-Niklaas, HBVL), about "
        "2023-01 (S); steps between interpolated: assumed. That the wage subsidy equals it is assumed",
    )
    employed = Assumed(0.93, "share of trajectories with art. 60 employment")
    employment_start_days = Assumed(
        (0, 60), "days after the start", "published: timely work = 2 months (SV 319, S)"
    )
    aftercare_days = Assumed((0, 45), "days between the end of employment and of the trajectory")
    part_time_percent = Assumed(
        {"100": 0.72, "80": 0.1, "75": 0.06, "50": 0.12}, "share by percent of full time"
    )
    booked_months = Assumed({"1": 0.55, "2": 0.33, "3": 0.12}, "share by months after the month worked")
    booked_day = Assumed((4, 24), "days after the first of that month")
    month_written_later = Assumed(0.1, "share of lines that name another day of the month than the first")
    guidance = Assumed(0.4, "share of trajectories with a quarterly begeleidingsvergoeding")
    guidance_quarter_cents = Assumed(
        120_000, "euro cents a quarter", "published: 250 + 150 euro a month (VDAB Draaiboek, Financiering, P)"
    )
    quarter_months = Assumed(3, "months in a quarter", "definition")
    increased = Assumed(0.06, "share of employments with a verhoogde staatstoelage")
    increased_percent = Assumed(35, "percent of the wage subsidy")
    corrected = Assumed(0.055, "tried share of payments corrected later (a part falls after the last day)")
    correction_mean_days = Assumed(330.0, "mean of the exponential number of days after the booking")
    correction_least_days = Assumed(20, "days after the booking")
    correction_negative = Assumed(0.5, "share")
    correction_down_percent = Assumed((5, 100), "percent of the payment taken back")
    correction_up_percent = Assumed((5, 40), "percent of the payment added")
    correction_old_regime = Assumed(0.01, "share of corrections that go to a month of a much older contract")
    correction_old_regime_months = Assumed(
        (97, 119),
        "months before the booking",
        "assumed, within the 10 years that may be corrected (answer to the written question, P)",
    )
    recovered = Assumed(0.005, "share of payments recovered in full")

    def table(self) -> Iterator[Assumption]:
        """Yield every assumption as (name, value, unit, source), in the order of the code."""
        for name, item in vars(Assumptions).items():
            if isinstance(item, Assumed):
                yield Assumption(name, item.value, item.unit, item.source)


ASSUMPTIONS = Assumptions()
