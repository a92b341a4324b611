"""Hand-written rows for the bundled demonstration data; each case names the rule that it exercises.

The name of a case becomes key and client: LEAP-START gives trajectory SYN-T-LEAP-START of SYN-C-LEAP-START.
All values are text as someone would deliver them; the last day of the deliveries is 2024-12-31.
"""

from dataclasses import dataclass

from generator.columns import CLIENT, LINE, SCHEMAS, SPELL, TRAJECTORY, TRANSMISSION

NBSP = "\u00a0"


@dataclass(frozen=True)
class Row:
    """One delivered row: its extract and the text of each column that is not empty."""

    extract: str
    values: dict[str, str]


@dataclass(frozen=True)
class EdgeCase:
    """A rule in one line and the rows that exercise it."""

    rule: str
    rows: tuple[Row, ...]


def _trajectory(case: str, recorded: str, start: str, planned: str, **other: str) -> Row:
    values = {
        "trajectory_id": f"{TRAJECTORY}-{case}",
        "recorded_at": recorded,
        "is_void": "false",
        "client_id": f"{CLIENT}-{case}",
        "ocmw_nis": "34022",
        "residence_nis": "34022",
        "start_date": start,
        "planned_end_date": planned,
        "gender": "V",
        "birth_date": "1985-07-15",
        "unemployed_since": "2016-06-01",
        "education_level": "kort",
        "migration_background": "false",
    }
    return Row("raw_trajectories", values | other)


def _line(case: str, booked: str, month: str, amount: str, **other: str) -> Row:
    values = {
        "line_id": f"{LINE}-{case}",
        "booked_on": booked,
        "ocmw_nis": "34022",
        "client_id": f"{CLIENT}-{case}",
        "performance_month": month,
        "stream": "loontoelage",
        "line_type": "payment",
        "amount_eur": amount,
    }
    return Row("raw_subsidies", values | other)


def _spell(case: str, recorded: str, code: str, start: str, end: str = "", **other: str) -> Row:
    values = {
        "spell_id": f"{SPELL}-{case}",
        "recorded_at": recorded,
        "is_void": "false",
        "client_id": f"{CLIENT}-{case}",
        "spell_code": code,
        "start_date": start,
        "end_date": end,
    }
    return Row("raw_outflow", values | other)


def _sent(case: str, recorded: str, day: str, **other: str) -> Row:
    values = {
        "transmission_id": f"{TRANSMISSION}-{case}",
        "recorded_at": recorded,
        "is_void": "false",
        "client_id": f"{CLIENT}-{case}",
        "transmission_date": day,
        "cause": "AFWEZIG_AFSPRAAK",
    }
    return Row("raw_transmissions", values | other)


def _ended(case: str, start: str, end: str, **other: str) -> Row:
    """A trajectory that ended as planned; its one version was registered on 2024-02-01, after the end."""
    return _trajectory(
        case, "2024-02-01 12:00:00", start, end, end_date=end, **{"end_reason": "VOLTOOID"} | other
    )


def _of(name: str) -> dict[str, str]:
    """The person of another case."""
    return {"client_id": f"{CLIENT}-{name}"}


MONTHS_AND_DAYS = (
    EdgeCase(
        "full months are clamped to the month end: 31 January to 27 February is one month",
        (
            _trajectory("MONTH-END", "2021-02-01 09:00:00", "2021-01-31", "2021-02-27"),
            _trajectory("MONTH-END-SHORT", "2021-02-01 09:05:00", "2021-01-31", "2021-02-26"),
            _trajectory("MONTH-END-LEAP", "2020-02-03 09:00:00", "2020-01-31", "2020-02-28"),
            _trajectory("MONTH-END-APRIL", "2022-03-31 15:00:00", "2022-03-31", "2022-04-29"),
        ),
    ),
    EdgeCase(
        "a start on 29 February is a year old on 28 February",
        (
            _trajectory("LEAP-START", "2020-03-02 10:00:00", "2020-02-29", "2021-02-27"),
            _trajectory("LEAP-START-SHORT", "2020-03-02 10:01:00", "2020-02-29", "2021-02-26"),
            _trajectory("LEAP-START-LONG", "2020-03-02 10:02:00", "2020-02-29", "2022-02-27"),
        ),
    ),
    EdgeCase(
        "the measure date of an end on 29 February 2020 is 28 February 2021",
        (
            _ended("LEAP-END", "2019-03-01", "2020-02-29"),
            _spell("LEAP-END", "2021-03-01 08:30:00", "NEC", "2021-02-28", "2021-02-28"),
        ),
    ),
    EdgeCase(
        "the measure date of an end on 28 February 2019 is 28 February 2020, not the 29th",
        (
            _ended("LEAP-MEASURE", "2018-03-01", "2019-02-28"),
            _spell("LEAP-MEASURE", "2020-03-02 08:30:00", "NEC", "2020-02-29"),
        ),
    ),
    EdgeCase(
        "start and end on one day is a duration of 0 months",
        (
            _trajectory(
                "ONE-DAY",
                "2021-06-02 09:00:00",
                "2021-06-01",
                "2022-05-31",
                end_date="2021-06-01",
                end_reason="STOPZETTING_CLIENT",
            ),
            _trajectory("ONE-DAY-PLAN", "2022-06-02 09:00:00", "2022-06-01", "2022-06-01"),
        ),
    ),
    EdgeCase(
        "24 months are the maximum: 24 months and some days are kept, from 25 months with a warning",
        (
            _trajectory("MAX-24", "2020-05-04 09:00:00", "2020-05-04", "2022-05-03"),
            _trajectory("MAX-24-DAYS", "2020-05-04 09:10:00", "2020-05-04", "2022-05-20"),
            _trajectory("OVER-24", "2020-05-04 09:20:00", "2020-05-04", "2022-06-03"),
            _trajectory(
                "OVER-24-ENDED",
                "2022-12-05 09:20:00",
                "2020-05-04",
                "2022-05-03",
                end_date="2022-11-30",
                end_reason="VOLTOOID",
            ),
        ),
    ),
    EdgeCase(
        "the year is that of the start, the end or the measure date, on its first and last day",
        (
            _trajectory("YEAR-LAST-START", "2019-12-31 11:00:00", "2019-12-31", "2020-12-30"),
            _trajectory("YEAR-FIRST-START", "2020-01-02 11:00:00", "2020-01-01", "2020-12-31"),
            _ended("YEAR-BEFORE-MEASURE", "2018-01-01", "2018-12-31"),
            _ended("YEAR-FIRST-MEASURE", "2018-01-02", "2019-01-01"),
            _ended("YEAR-LAST-MEASURE", "2022-01-01", "2022-12-31"),
        ),
    ),
    EdgeCase(
        "TWE began on 2017-01-01: a start a day earlier is refused (before_twe)",
        (
            _trajectory("TWE-FIRST-DAY", "2017-01-04 09:00:00", "2017-01-01", "2017-12-31"),
            _trajectory("TWE-DAY-BEFORE", "2017-01-04 09:00:00", "2016-12-31", "2017-12-30"),
            _trajectory("TWE-OLD-CONTRACT", "2017-02-06 14:20:00", "2015-09-01", "2017-08-31"),
        ),
    ),
    EdgeCase(
        "an event after the last day of the deliveries has not happened yet",
        (
            _trajectory("FUTURE-START", "2024-12-20 10:00:00", "2025-01-06", "2026-01-05"),
            _trajectory(
                "FUTURE-END", "2024-12-20 10:05:00", "2023-12-18", "2025-01-17", end_date="2025-01-17"
            ),
            _ended("FUTURE-MEASURE", "2023-01-02", "2024-01-01"),
            _ended("LAST-MEASURE", "2023-01-01", "2023-12-31"),
            _spell("LAST-MEASURE", "2024-12-31 16:00:00", "SEC", "2024-12-31"),
        ),
    ),
)

VERSIONS = (
    EdgeCase(
        "the plan is that of the earliest version, everything else that of the latest",
        (
            _trajectory("PLAN-EXTENDED", "2021-03-01 09:00:00", "2021-03-01", "2022-02-28"),
            _trajectory("PLAN-EXTENDED", "2022-01-10 09:00:00", "2021-03-01", "2022-08-31"),
            _trajectory(
                "PLAN-EXTENDED",
                "2022-09-05 09:00:00",
                "2021-03-01",
                "2022-08-31",
                end_date="2022-08-31",
                end_reason="VOLTOOID",
            ),
        ),
    ),
    EdgeCase(
        "the cohort year is the start of the latest version, the planned months those of the earliest",
        (
            _trajectory("START-MOVED", "2020-12-28 09:00:00", "2020-12-28", "2021-12-27"),
            _trajectory("START-MOVED", "2021-01-12 09:00:00", "2021-01-04", "2022-07-03"),
        ),
    ),
    EdgeCase(
        "a latest version that is void: the trajectory does not exist",
        (
            _trajectory("VOID-LATEST", "2021-05-03 09:00:00", "2021-05-03", "2022-05-02"),
            _trajectory("VOID-LATEST", "2021-05-20 09:00:00", "2021-05-03", "2022-05-02", is_void="true"),
        ),
    ),
    EdgeCase(
        "void and then registered again under the same key: it exists",
        (
            _trajectory("VOID-AGAIN", "2021-05-03 10:00:00", "2021-05-03", "2022-05-02"),
            _trajectory("VOID-AGAIN", "2021-05-20 10:00:00", "2021-05-03", "2022-05-02", is_void="ja"),
            _trajectory("VOID-AGAIN", "2021-05-20 10:00:01", "2021-05-03", "2022-11-02", is_void="nee"),
        ),
    ),
    EdgeCase(
        "void as the earliest version: its plan still is the plan as first registered",
        (
            _trajectory("VOID-EARLIEST", "2022-02-01 10:00:00", "2022-02-01", "2022-07-31", is_void="1"),
            _trajectory("VOID-EARLIEST", "2022-02-15 10:00:00", "2022-02-01", "2023-07-31", is_void="0"),
        ),
    ),
    EdgeCase(
        "only a void version: nothing",
        (_trajectory("VOID-ONLY", "2022-03-01 10:00:00", "2022-03-01", "2023-02-28", is_void="TRUE"),),
    ),
    EdgeCase(
        "a refused version does not count as the earliest or the latest one",
        (
            _trajectory("VERSION-REFUSED", "2022-04-01 10:00:00", "2022-04-01", "31-03-2023"),
            _trajectory("VERSION-REFUSED", "2022-04-04 10:00:00", "2022-04-01", "2023-09-30"),
            _trajectory(
                "VERSION-REFUSED", "2022-04-05 10:00:00", "2022-04-01", "2023-09-30", is_void="misschien"
            ),
        ),
    ),
    EdgeCase(
        "a time without hours is midnight: the version of 10 o'clock is later",
        (
            _trajectory("MIDNIGHT", "2022-04-04 10:00:00", "2022-04-04", "2023-10-03"),
            _trajectory("MIDNIGHT", "2022-04-04", "2022-04-04", "2023-04-03"),
        ),
    ),
    EdgeCase(
        "a refused row does not move the last day of the deliveries",
        (
            _trajectory("LATE-REFUSED", "2025-03-01 09:00:00", "2023-03-01", ""),
            _line("LATE-REFUSED", "2025-03-01", "2024-11-01", "onbekend"),
        ),
    ),
    EdgeCase(
        "spells and transmissions have versions and withdrawals too",
        (
            _ended("VERSIONED", "2020-10-01", "2021-09-30"),
            _spell("VERSIONED", "2021-10-08 09:00:00", "WERKZOEKEND", "2021-10-01"),
            _spell("VERSIONED", "2022-11-02 09:00:00", "NEC", "2021-10-01", "2022-10-31"),
            _spell("VERSIONED-VOID", "2021-10-08 09:30:00", "SEC", "2021-10-01", **_of("VERSIONED")),
            _spell(
                "VERSIONED-VOID",
                "2021-11-08 09:30:00",
                "SEC",
                "2021-10-01",
                is_void="true",
                **_of("VERSIONED"),
            ),
            _sent("VERSIONED", "2022-01-12 09:00:00", "2022-01-10"),
            _sent(
                "VERSIONED",
                "2022-02-15 09:00:00",
                "2022-01-10",
                decision="VERWITTIGING",
                decision_date="2022-02-14",
            ),
            _sent("VERSIONED-VOID", "2022-03-02 09:00:00", "2022-03-01", **_of("VERSIONED")),
            _sent("VERSIONED-VOID", "2022-03-09 09:00:00", "2022-03-01", is_void="j", **_of("VERSIONED")),
        ),
    ),
)

ENDINGS = (
    EdgeCase(
        "the reason decides whether an end is early, not the dates",
        (
            _trajectory(
                "EARLY-ON-PLAN",
                "2022-01-05 09:00:00",
                "2021-01-04",
                "2022-01-03",
                end_date="2022-01-03",
                end_reason="WERK_NEC",
            ),
            _trajectory(
                "DONE-BEFORE-PLAN",
                "2021-12-01 09:00:00",
                "2021-01-04",
                "2022-01-03",
                end_date="2021-11-30",
                end_reason="VOLTOOID",
            ),
        ),
    ),
    EdgeCase(
        "without a reason an end before the planned day is early, on it or after it completed",
        (
            _trajectory(
                "NO-REASON-BEFORE", "2022-01-05 09:00:00", "2021-01-04", "2022-01-03", end_date="2022-01-02"
            ),
            _trajectory(
                "NO-REASON-ON", "2022-01-05 09:00:00", "2021-01-04", "2022-01-03", end_date="2022-01-03"
            ),
            _trajectory(
                "NO-REASON-AFTER", "2022-01-05 09:00:00", "2021-01-04", "2022-01-03", end_date="2022-01-04"
            ),
        ),
    ),
    EdgeCase(
        "the planned day of the latest version decides, not that of the first",
        (
            _trajectory("NO-REASON-EXTENDED", "2021-01-05 09:00:00", "2021-01-04", "2021-07-03"),
            _trajectory(
                "NO-REASON-EXTENDED", "2021-10-05 09:00:00", "2021-01-04", "2022-01-03", end_date="2021-09-30"
            ),
        ),
    ),
    EdgeCase(
        "an unknown reason counts as not given, with a warning",
        (
            _trajectory(
                "REASON-UNKNOWN",
                "2022-01-05 09:00:00",
                "2021-01-04",
                "2022-01-03",
                end_date="2021-10-31",
                end_reason="WERK GEVONDEN",
            ),
            _trajectory(
                "REASON-LOWER-CASE",
                "2022-01-05 09:00:00",
                "2021-01-04",
                "2022-01-03",
                end_date="2022-01-03",
                end_reason="ziekte",
            ),
        ),
    ),
)

PROFILE = (
    EdgeCase(
        "the class of age changes on the birthday",
        (
            _trajectory("AGE-24", "2021-09-01 09:00:00", "2021-09-01", "2022-08-31", birth_date="1996-09-02"),
            _trajectory("AGE-25", "2021-09-01 09:00:00", "2021-09-01", "2022-08-31", birth_date="1996-09-01"),
            _trajectory("AGE-39", "2021-09-01 09:00:00", "2021-09-01", "2022-08-31", birth_date="1981-09-02"),
            _trajectory("AGE-40", "2021-09-01 09:00:00", "2021-09-01", "2022-08-31", birth_date="1981-09-01"),
            _trajectory("AGE-55", "2021-09-01 09:00:00", "2021-09-01", "2022-08-31", birth_date="1966-09-01"),
            _trajectory(
                "AGE-25-LEAP", "2021-03-01 09:00:00", "2021-02-28", "2022-02-27", birth_date="1996-02-29"
            ),
        ),
    ),
    EdgeCase(
        "an age outside 15 to 80 counts as unknown, with a warning",
        (
            _trajectory(
                "AGE-14",
                "2021-09-01 09:00:00",
                "2021-09-01",
                "2022-08-31",
                birth_date="2006-09-02",
                unemployed_since="",
            ),
            _trajectory(
                "AGE-15",
                "2021-09-01 09:00:00",
                "2021-09-01",
                "2022-08-31",
                birth_date="2006-09-01",
                unemployed_since="",
            ),
            _trajectory("AGE-80", "2021-09-01 09:00:00", "2021-09-01", "2022-08-31", birth_date="1940-09-02"),
            _trajectory("AGE-81", "2021-09-01 09:00:00", "2021-09-01", "2022-08-31", birth_date="1940-09-01"),
            _trajectory(
                "AGE-UNBORN", "2021-09-01 09:00:00", "2021-09-01", "2022-08-31", birth_date="2085-07-15"
            ),
        ),
    ),
    EdgeCase(
        "the class of unemployment changes after exactly 12 and 24 months",
        (
            _trajectory(
                "IDLE-0", "2022-06-15 09:00:00", "2022-06-15", "2023-06-14", unemployed_since="2022-06-15"
            ),
            _trajectory(
                "IDLE-11", "2022-06-15 09:00:00", "2022-06-15", "2023-06-14", unemployed_since="2021-06-16"
            ),
            _trajectory(
                "IDLE-12", "2022-06-15 09:00:00", "2022-06-15", "2023-06-14", unemployed_since="2021-06-15"
            ),
            _trajectory(
                "IDLE-23", "2022-06-15 09:00:00", "2022-06-15", "2023-06-14", unemployed_since="2020-06-16"
            ),
            _trajectory(
                "IDLE-24", "2022-06-15 09:00:00", "2022-06-15", "2023-06-14", unemployed_since="2020-06-15"
            ),
            _trajectory(
                "IDLE-MONTH-END",
                "2022-02-28 09:00:00",
                "2022-02-28",
                "2023-02-27",
                unemployed_since="2021-02-28",
            ),
        ),
    ),
    EdgeCase(
        "unemployed since a day after the start counts as unknown, with a warning",
        (
            _trajectory(
                "IDLE-AFTER", "2022-06-15 09:00:00", "2022-06-15", "2023-06-14", unemployed_since="2022-06-16"
            ),
            _trajectory(
                "IDLE-AFTER-YEAR",
                "2022-06-15 09:00:00",
                "2022-06-15",
                "2023-06-14",
                unemployed_since="2023-01-01",
            ),
        ),
    ),
    EdgeCase(
        "an empty attribute is unknown, never no",
        (
            _trajectory(
                "PROFILE-EMPTY",
                "2021-10-04 09:00:00",
                "2021-10-04",
                "2022-10-03",
                residence_nis="",
                gender="",
                birth_date="",
                unemployed_since="",
                education_level="",
                migration_background="",
            ),
            _trajectory(
                "PROFILE-X",
                "2021-10-04 09:00:00",
                "2021-10-04",
                "2022-10-03",
                gender="X",
                education_level="midden",
                migration_background="J",
            ),
            _trajectory(
                "PROFILE-HIGH",
                "2021-10-04 09:00:00",
                "2021-10-04",
                "2022-10-03",
                gender="M",
                education_level="hoog",
                migration_background="N",
            ),
        ),
    ),
    EdgeCase(
        "an optional value that can't be read costs a warning, not the row",
        (
            _trajectory(
                "PROFILE-BIRTH", "2021-10-04 09:00:00", "2021-10-04", "2022-10-03", birth_date="31/02/1990"
            ),
            _trajectory(
                "PROFILE-SINCE",
                "2021-10-04 09:00:00",
                "2021-10-04",
                "2022-10-03",
                unemployed_since="sinds 2019",
            ),
            _trajectory("PROFILE-GENDER", "2021-10-04 09:00:00", "2021-10-04", "2022-10-03", gender="vrouw"),
            _trajectory(
                "PROFILE-SCHOOL", "2021-10-04 09:00:00", "2021-10-04", "2022-10-03", education_level="laag"
            ),
            _trajectory(
                "PROFILE-ORIGIN",
                "2021-10-04 09:00:00",
                "2021-10-04",
                "2022-10-03",
                migration_background="onbekend",
            ),
            _trajectory(
                "PROFILE-RESIDENCE", "2021-10-04 09:00:00", "2021-10-04", "2022-10-03", residence_nis="9999"
            ),
            _trajectory(
                "PROFILE-BRUSSELS", "2021-10-04 09:00:00", "2021-10-04", "2022-10-03", residence_nis="21004"
            ),
        ),
    ),
)

GEOGRAPHY = (
    EdgeCase(
        "a trajectory over 1 January 2019: Deinze, first under its old code and then under the new one",
        (
            _trajectory(
                "MERGER-OVER",
                "2018-09-03 09:00:00",
                "2018-09-03",
                "2019-09-02",
                ocmw_nis="44011",
                residence_nis="44011",
            ),
            _trajectory(
                "MERGER-OVER",
                "2019-09-05 09:00:00",
                "2018-09-03",
                "2019-09-02",
                ocmw_nis="44083",
                residence_nis="44083",
                end_date="2019-09-02",
                end_reason="VOLTOOID",
            ),
        ),
    ),
    EdgeCase(
        "old codes of one new municipality are added together: Puurs and Sint-Amands",
        (
            _trajectory("MERGER-PUURS", "2018-02-01 09:00:00", "2018-02-01", "2019-01-31", ocmw_nis="12030"),
            _trajectory(
                "MERGER-SINT-AMANDS", "2018-02-01 09:00:00", "2018-02-01", "2019-01-31", ocmw_nis="12034"
            ),
            _trajectory(
                "MERGER-LATE-CODE", "2020-02-03 09:00:00", "2020-02-03", "2021-02-02", ocmw_nis="12034"
            ),
        ),
    ),
    EdgeCase(
        "two old codes for the same client and month are two subsidised months, one client",
        (
            _line(
                "MERGER-TWO-CODES-1",
                "2019-01-20",
                "2018-11-01",
                "612.40",
                ocmw_nis="44011",
                **_of("MERGER-TWO-CODES"),
            ),
            _line(
                "MERGER-TWO-CODES-2",
                "2019-01-20",
                "2018-11-01",
                "305.10",
                ocmw_nis="44049",
                **_of("MERGER-TWO-CODES"),
            ),
        ),
    ),
    EdgeCase(
        "a correction under the new code does not cancel a month under the old code",
        (
            _line(
                "MERGER-CORRECTED-1",
                "2018-12-17",
                "2018-10-01",
                "1190.27",
                ocmw_nis="44001",
                **_of("MERGER-CORRECTED"),
            ),
            _line(
                "MERGER-CORRECTED-2",
                "2019-06-17",
                "2018-10-01",
                "-1190.27",
                ocmw_nis="44084",
                line_type="correction",
                **_of("MERGER-CORRECTED"),
            ),
        ),
    ),
    EdgeCase(
        "a code of 2025 can't be split back: a row of its own in a report on 2024",
        (
            _trajectory("CODE-2025", "2024-12-30 09:00:00", "2023-11-06", "2025-11-05", ocmw_nis="44086"),
            _line("CODE-2025", "2024-12-30", "2024-11-01", "1741.29", ocmw_nis="46030"),
        ),
    ),
    EdgeCase(
        "Brussels, Wallonia and codes that never were are refused (unknown_municipality)",
        (
            _trajectory("NIS-BRUSSELS", "2021-03-01 09:00:00", "2021-03-01", "2022-02-28", ocmw_nis="21004"),
            _trajectory("NIS-WALLONIA", "2021-03-01 09:00:00", "2021-03-01", "2022-02-28", ocmw_nis="62063"),
            _trajectory("NIS-SHORT", "2021-03-01 09:00:00", "2021-03-01", "2022-02-28", ocmw_nis="1102"),
            _line("NIS-NUMBER", "2021-05-10", "2021-03-01", "1320.00", ocmw_nis="11002.0"),
            _line("NIS-NAME", "2021-05-10", "2021-03-01", "1320.00", ocmw_nis="Gent"),
        ),
    ),
)

CLIENTS = (
    EdgeCase(
        "a trajectory that covers the measure date of another one: again_in_twe",
        (
            _ended("AGAIN", "2020-01-06", "2020-12-31"),
            _trajectory(
                "AGAIN-SECOND",
                "2021-12-31 09:00:00",
                "2021-12-31",
                "2022-12-30",
                ocmw_nis="44021",
                **_of("AGAIN"),
            ),
            _spell("AGAIN", "2021-01-20 09:00:00", "NEC", "2021-01-04"),
        ),
    ),
    EdgeCase(
        "again_in_twe also on the last day of the other trajectory, not a day later",
        (
            _ended("AGAIN-LAST-DAY", "2020-01-06", "2020-12-31"),
            _trajectory(
                "AGAIN-LAST-DAY-SECOND",
                "2022-01-05 09:00:00",
                "2021-03-01",
                "2021-12-31",
                end_date="2021-12-31",
                end_reason="VOLTOOID",
                **_of("AGAIN-LAST-DAY"),
            ),
            _ended("AGAIN-TOO-LATE", "2020-01-06", "2020-12-31"),
            _trajectory(
                "AGAIN-TOO-LATE-SECOND",
                "2022-01-05 09:00:00",
                "2021-03-01",
                "2021-12-30",
                end_date="2021-12-30",
                end_reason="VOLTOOID",
                **_of("AGAIN-TOO-LATE"),
            ),
        ),
    ),
    EdgeCase(
        "a withdrawn trajectory makes nobody again_in_twe",
        (
            _ended("AGAIN-VOID", "2020-01-06", "2020-12-31"),
            _trajectory(
                "AGAIN-VOID-SECOND",
                "2021-10-01 09:00:00",
                "2021-10-01",
                "2022-09-30",
                is_void="true",
                **_of("AGAIN-VOID"),
            ),
        ),
    ),
    EdgeCase(
        "overlapping trajectories of one client at two OCMWs are kept, with a warning",
        (
            _trajectory(
                "OVERLAP",
                "2022-11-07 09:00:00",
                "2021-09-06",
                "2022-09-05",
                end_date="2022-09-05",
                end_reason="VOLTOOID",
            ),
            _trajectory(
                "OVERLAP-ELSEWHERE",
                "2022-08-22 09:00:00",
                "2022-08-15",
                "2023-08-14",
                ocmw_nis="31005",
                **_of("OVERLAP"),
            ),
        ),
    ),
    EdgeCase(
        "a trajectory that starts on the day after another one does not overlap",
        (
            _ended("ADJACENT", "2021-01-04", "2021-12-31", end_reason="VERHUIS_ANDER_OCMW"),
            _trajectory(
                "ADJACENT-SECOND",
                "2022-01-03 09:00:00",
                "2022-01-01",
                "2022-12-31",
                ocmw_nis="35013",
                **_of("ADJACENT"),
            ),
        ),
    ),
)

OUTFLOW = (
    EdgeCase(
        "of several statuses on the measure day the one with the highest priority counts",
        (
            _ended("STATUS-MANY", "2020-03-02", "2021-03-01"),
            _spell("STATUS-MANY-1", "2021-03-10 09:00:00", "WERKZOEKEND", "2021-03-02", **_of("STATUS-MANY")),
            _spell("STATUS-MANY-2", "2022-01-10 09:00:00", "SEC", "2022-01-03", **_of("STATUS-MANY")),
            _spell(
                "STATUS-MANY-3",
                "2022-02-10 09:00:00",
                "NEC_SE",
                "2022-02-01",
                "2022-12-31",
                **_of("STATUS-MANY"),
            ),
        ),
    ),
    EdgeCase(
        "OVERLEDEN comes before every other code",
        (
            _ended("STATUS-DECEASED", "2020-03-02", "2021-03-01"),
            _spell("STATUS-DECEASED-1", "2021-04-12 09:00:00", "NEC", "2021-04-01", **_of("STATUS-DECEASED")),
            _spell(
                "STATUS-DECEASED-2",
                "2022-03-01 09:00:00",
                "OVERLEDEN",
                "2022-02-20",
                **_of("STATUS-DECEASED"),
            ),
        ),
    ),
    EdgeCase(
        "a status counts when it holds on the measure day itself: not the day before or after",
        (
            _ended("STATUS-BEFORE", "2020-07-01", "2021-06-30"),
            _spell("STATUS-BEFORE", "2022-07-04 09:00:00", "NEC", "2021-07-01", "2022-06-29"),
            _ended("STATUS-LAST-DAY", "2020-07-01", "2021-06-30"),
            _spell("STATUS-LAST-DAY", "2022-07-04 09:00:00", "NEC", "2021-07-01", "2022-06-30"),
            _ended("STATUS-FIRST-DAY", "2020-07-01", "2021-06-30"),
            _spell("STATUS-FIRST-DAY", "2022-07-04 09:00:00", "ZELFSTANDIGE", "2022-06-30"),
            _ended("STATUS-AFTER", "2020-07-01", "2021-06-30"),
            _spell("STATUS-AFTER", "2022-07-04 09:00:00", "NEC", "2022-07-01"),
        ),
    ),
    EdgeCase(
        "competence strengthening overlaps a window that excludes its first day and includes its last",
        (
            _ended("CV-DAY-0", "2020-07-01", "2021-06-30"),
            _spell("CV-DAY-0", "2021-07-05 09:00:00", "CV_OPLEIDING", "2021-05-03", "2021-06-30"),
            _ended("CV-DAY-1", "2020-07-01", "2021-06-30"),
            _spell("CV-DAY-1", "2021-07-05 09:00:00", "CV_OPLEIDING", "2021-05-03", "2021-07-01"),
            _ended("CV-LAST-DAY", "2020-07-01", "2021-06-30"),
            _spell("CV-LAST-DAY", "2022-07-05 09:00:00", "CV_WERKPLEKLEREN", "2022-06-30", "2022-09-30"),
            _ended("CV-DAY-AFTER", "2020-07-01", "2021-06-30"),
            _spell("CV-DAY-AFTER", "2022-07-05 09:00:00", "CV_WERKPLEKLEREN", "2022-07-01", "2022-09-30"),
        ),
    ),
    EdgeCase(
        "two competence spells of different kinds stand beside a status",
        (
            _ended("CV-BOTH", "2020-07-01", "2021-06-30"),
            _spell(
                "CV-BOTH-1",
                "2021-09-06 09:00:00",
                "CV_OPLEIDING",
                "2021-09-01",
                "2021-12-17",
                **_of("CV-BOTH"),
            ),
            _spell(
                "CV-BOTH-2",
                "2022-01-10 09:00:00",
                "CV_WERKPLEKLEREN",
                "2022-01-03",
                "2022-03-31",
                **_of("CV-BOTH"),
            ),
            _spell("CV-BOTH-3", "2022-04-11 09:00:00", "NEC", "2022-04-04", **_of("CV-BOTH")),
        ),
    ),
    EdgeCase(
        "without a spell on the measure day the status is unknown",
        (_ended("STATUS-NONE", "2020-07-01", "2021-06-30"),),
    ),
)

TRANSMISSIONS = (
    EdgeCase(
        "the window of transmissions opens the day after the end and closes on the measure date",
        (
            _ended("SENT-DAY-0", "2020-07-01", "2021-06-30"),
            _sent(
                "SENT-DAY-0",
                "2021-07-02 09:00:00",
                "2021-06-30",
                decision="GEEN_GEVOLG",
                decision_date="2021-07-30",
            ),
            _ended("SENT-DAY-1", "2020-07-01", "2021-06-30"),
            _sent(
                "SENT-DAY-1",
                "2021-07-02 09:00:00",
                "2021-07-01",
                decision="GEEN_GEVOLG",
                decision_date="2021-07-30",
            ),
            _ended("SENT-LAST-DAY", "2020-07-01", "2021-06-30"),
            _sent(
                "SENT-LAST-DAY",
                "2022-07-04 09:00:00",
                "2022-06-30",
                decision="VERWITTIGING",
                decision_date="2022-08-01",
            ),
            _ended("SENT-DAY-AFTER", "2020-07-01", "2021-06-30"),
            _sent(
                "SENT-DAY-AFTER",
                "2022-07-04 09:00:00",
                "2022-07-01",
                decision="VERWITTIGING",
                decision_date="2022-08-01",
            ),
        ),
    ),
    EdgeCase(
        "a transmission in the windows of two trajectories belongs to both",
        (
            _ended("SENT-TWICE", "2020-07-01", "2021-06-30"),
            _ended("SENT-TWICE-SECOND", "2021-08-02", "2022-01-31", ocmw_nis="44021", **_of("SENT-TWICE")),
            _sent(
                "SENT-TWICE",
                "2022-05-05 09:00:00",
                "2022-05-02",
                decision="TIJDELIJKE_UITSLUITING",
                decision_date="2022-06-10",
                sanction_weeks="13",
            ),
        ),
    ),
    EdgeCase(
        "pending: no decision yet, or one dated after the last day; a decision without date is not pending",
        (
            _ended("DECISION-NONE", "2022-07-01", "2023-06-30"),
            _sent("DECISION-NONE", "2024-01-10 09:00:00", "2024-01-08"),
            _ended("DECISION-FUTURE", "2022-07-01", "2023-06-30"),
            _sent(
                "DECISION-FUTURE",
                "2024-12-30 09:00:00",
                "2024-06-03",
                decision="TIJDELIJKE_UITSLUITING",
                decision_date="2025-01-15",
                sanction_weeks="4",
            ),
            _ended("DECISION-UNDATED", "2022-07-01", "2023-06-30"),
            _sent("DECISION-UNDATED", "2024-01-10 09:00:00", "2024-01-08", decision="UITSLUITING_ONBEPAALD"),
            _ended("DECISION-LAST-DAY", "2022-07-01", "2023-06-30"),
            _sent(
                "DECISION-LAST-DAY",
                "2024-12-31 09:00:00",
                "2024-06-03",
                decision="VERWITTIGING",
                decision_date="2024-12-31",
            ),
        ),
    ),
    EdgeCase(
        "an unknown decision code is unknown; other unreadable optional values cost a warning",
        (
            _ended("DECISION-UNKNOWN", "2020-07-01", "2021-06-30"),
            _sent(
                "DECISION-UNKNOWN",
                "2021-11-02 09:00:00",
                "2021-10-04",
                decision="BEROEP",
                decision_date="2021-10-29",
            ),
            _ended("WEEKS-UNREADABLE", "2020-07-01", "2021-06-30"),
            _sent(
                "WEEKS-UNREADABLE",
                "2021-11-02 09:00:00",
                "2021-10-04",
                decision="TIJDELIJKE_UITSLUITING",
                decision_date="2021-10-29",
                sanction_weeks="vier",
            ),
            _sent(
                "WEEKS-DECIMAL",
                "2021-12-02 09:00:00",
                "2021-11-04",
                decision="TIJDELIJKE_UITSLUITING",
                decision_date="2021-11-29",
                sanction_weeks="4,5",
                **_of("WEEKS-UNREADABLE"),
            ),
        ),
    ),
    EdgeCase(
        "a free cause may hold commas and quotes",
        (
            _sent(
                "CAUSE-QUOTED",
                "2022-05-05 09:00:00",
                "2022-05-02",
                cause='Niet komen opdagen, zei "geen brief gekregen"',
                **_of("SENT-TWICE"),
            ),
        ),
    ),
)

MONEY = (
    EdgeCase(
        "a line may go back 120 months counted from the first day of the month, not a day more",
        (
            _line("MONTHS-120", "2024-05-01", "2014-05-15", "250.00", line_type="correction"),
            _line("MONTHS-120-DAY", "2024-05-02", "2014-05-31", "250.00", line_type="correction"),
            _line("MONTHS-120-RECOVERY", "2024-09-02", "2014-09-01", "-250.00", line_type="recovery"),
            _line("MONTHS-121-PAYMENT", "2024-10-01", "2014-09-01", "100.00"),
            _line("MONTHS-120-LEAP", "2024-02-01", "2014-02-28", "-75.25", line_type="correction"),
        ),
    ),
    EdgeCase(
        "a month that nets to zero is not a subsidised month",
        (
            _line("NET-ZERO-1", "2022-03-15", "2022-01-01", "1400.00", **_of("NET-ZERO")),
            _line(
                "NET-ZERO-2", "2022-09-15", "2022-01-31", "-1400.00", line_type="recovery", **_of("NET-ZERO")
            ),
        ),
    ),
    EdgeCase(
        "amounts that net below zero are kept, with a warning",
        (
            _line("NET-NEGATIVE-1", "2022-03-15", "2022-01-01", "1400.00", **_of("NET-NEGATIVE")),
            _line(
                "NET-NEGATIVE-2",
                "2022-09-15",
                "2022-01-01",
                "-1400.01",
                line_type="recovery",
                **_of("NET-NEGATIVE"),
            ),
            _line("NET-NEGATIVE-ONLY", "2023-02-15", "2021-06-01", "-310.55", line_type="correction"),
        ),
    ),
    EdgeCase(
        "lines of the month net together before a month counts: 0.01 above zero is a month",
        (
            _line("NET-CENT-1", "2022-03-15", "2022-01-01", "1400.00", **_of("NET-CENT")),
            _line(
                "NET-CENT-2",
                "2022-09-15",
                "2022-01-01",
                "-1399.99",
                line_type="correction",
                **_of("NET-CENT"),
            ),
        ),
    ),
    EdgeCase(
        "year of performance and year of booking differ around New Year",
        (
            _line("NEW-YEAR", "2021-01-04", "2020-12-31", "1295.91"),
            _line(
                "NEW-YEAR-LATER",
                "2023-12-29",
                "2020-12-01",
                "64.80",
                line_type="correction",
                **_of("NEW-YEAR"),
            ),
        ),
    ),
    EdgeCase(
        "the other streams stay out of annex 3",
        (
            _line("STREAM-GUIDANCE", "2021-04-12", "2021-03-01", "1200.00", stream="begeleidingsvergoeding"),
            _line("STREAM-INCREASED", "2021-05-12", "2021-03-01", "462.70", stream="verhoogde_staatstoelage"),
        ),
    ),
    EdgeCase(
        "a month booked before it is worked, a month before TWE and an amount of zero are accepted",
        (
            _line("MONTH-AHEAD", "2022-05-20", "2022-07-01", "1460.00"),
            _line("MONTH-BEFORE-TWE", "2017-02-13", "2016-12-01", "1156.53"),
            _line("AMOUNT-ZERO", "2022-05-20", "2022-04-01", "0.00"),
        ),
    ),
)

VALUE_FORMS = (
    EdgeCase(
        "dates as DD/MM/YYYY, T in a time, ja and nee, and blanks around values",
        (
            _trajectory(
                "FORMS",
                "05/04/2021 08:15:00",
                "01/04/2021",
                "31/03/2022",
                is_void="Nee",
                gender=" M ",
                birth_date="29/02/1988",
                unemployed_since=f"{NBSP}01/02/2020",
                migration_background="JA",
                ocmw_nis=f" 11002{NBSP}",
                residence_nis="11002 ",
            ),
            _trajectory(
                "FORMS",
                "2022-04-04T08:15:00",
                "2021-04-01",
                f"{NBSP}2022-03-31 ",
                is_void="0",
                gender="M",
                birth_date="1988-02-29",
                unemployed_since="2020-02-01",
                migration_background="j",
                ocmw_nis="11002",
                residence_nis="11002",
                end_date=" 31/03/2022",
                end_reason=" VOLTOOID ",
            ),
            _spell("FORMS", "04/04/2022", f"{NBSP}NEC", "01/04/2022", is_void=""),
            _sent(
                "FORMS",
                " 2022-09-05T10:00:00",
                "02/09/2022",
                decision="TIJDELIJKE_UITSLUITING ",
                decision_date="30/09/2022",
                sanction_weeks=" +6",
            ),
        ),
    ),
    EdgeCase(
        "amounts with a comma, a sign, one decimal or none",
        (
            _line("AMOUNT-COMMA", "12/05/2021", "01/03/2021", "1322,00"),
            _line("AMOUNT-SIGN", "2021-06-12", "2021-04-01", "+1322.5"),
            _line("AMOUNT-WHOLE", "2021-07-12", "2021-05-01", " 1322\t"),
            _line("AMOUNT-MINUS", "2021-08-12", "2021-05-01", "-0,01", line_type="correction"),
            _line(
                "AMOUNT-BLANK-AROUND",
                "2021-09-12",
                "31/07/2021",
                f"{NBSP}1349,00{NBSP}",
                stream=" loontoelage",
            ),
        ),
    ),
)

DUPLICATES = (
    EdgeCase(
        "rows equal after reading, in another notation: one is kept (duplicate_row)",
        (
            _trajectory("TWIN", "2021-11-02 00:00:00", "2021-11-02", "2022-11-01"),
            _trajectory(
                "TWIN", "02/11/2021", "02/11/2021", " 01/11/2022", is_void="", migration_background="nee"
            ),
            _trajectory(
                "TWIN",
                "2021-11-02T00:00:00",
                "2021-11-02",
                "2022-11-01",
                is_void="N",
                migration_background="0",
            ),
            _line("TWIN", "2022-02-10", "2021-12-01", "1366.00"),
            _line("TWIN", "10/02/2022", "2021-12-31", "+1366", client_id=f" {CLIENT}-TWIN"),
            _spell("TWIN", "2022-11-10 09:00:00", "NEC", "2022-11-02"),
            _spell("TWIN", "2022-11-10T09:00:00", "NEC ", "02/11/2022", is_void="nee"),
            _sent("TWIN", "2023-02-03 09:00:00", "2023-02-01", sanction_weeks="4"),
            _sent("TWIN", "03/02/2023 09:00:00", "01/02/2023", sanction_weeks="+04"),
        ),
    ),
    EdgeCase(
        "same key and moment, other content: all of them are refused (conflicting_version)",
        (
            _trajectory("CONFLICT", "2021-11-02 10:00:00", "2021-11-02", "2022-11-01"),
            _trajectory("CONFLICT", "2021-11-02 10:00:00", "2021-11-02", "2023-05-01"),
            _spell("CONFLICT", "2022-11-10 09:00:00", "NEC", "2022-11-02"),
            _spell("CONFLICT", "2022-11-10 09:00:00", "SEC", "2022-11-02"),
            _sent("CONFLICT", "2023-02-03 09:00:00", "2023-02-01"),
            _sent("CONFLICT", "2023-02-03 09:00:00", "2023-02-02"),
        ),
    ),
    EdgeCase(
        "a conflict leaves the other versions of the key",
        (
            _trajectory("CONFLICT-PART", "2021-11-02 10:00:00", "2021-11-02", "2022-11-01"),
            _trajectory("CONFLICT-PART", "2021-11-03 10:00:00", "2021-11-02", "2022-11-01", gender="M"),
            _trajectory("CONFLICT-PART", "2021-11-03 10:00:00", "2021-11-02", "2022-11-01", gender="V"),
        ),
    ),
    EdgeCase(
        "copies are taken out first, then the rest conflicts",
        (
            _trajectory("TWIN-CONFLICT", "2021-11-02 10:00:00", "2021-11-02", "2022-11-01"),
            _trajectory("TWIN-CONFLICT", "2021-11-02T10:00:00", "02/11/2021", "2022-11-01"),
            _trajectory("TWIN-CONFLICT", "2021-11-02 10:00:00", "2021-11-02", "2022-10-31"),
        ),
    ),
    EdgeCase(
        "a refused row does not conflict with a good one",
        (
            _trajectory("TWIN-REFUSED", "2021-11-02 10:00:00", "2021-11-02", "2022-11-01"),
            _trajectory("TWIN-REFUSED", "2021-11-02 10:00:00", "2021-11-02", "2021-10-31"),
        ),
    ),
    EdgeCase(
        "same line number, other content: all of them are refused (duplicate_line)",
        (
            _line("LINE-TWICE", "2022-02-10", "2021-12-01", "1366.00"),
            _line("LINE-TWICE", "2022-02-10", "2021-12-01", "1366.01"),
            _line("LINE-REUSED", "2022-02-10", "2021-12-01", "683.00", client_id=f"{CLIENT}-REUSED-1"),
            _line("LINE-REUSED", "2022-03-10", "2022-01-01", "700.00", client_id=f"{CLIENT}-REUSED-2"),
        ),
    ),
)

REFUSED = (
    EdgeCase(
        "a required value that is empty or blank (missing_required)",
        (
            _trajectory("MISSING-KEY", "2021-03-01 09:00:00", "2021-03-01", "2022-02-28", trajectory_id=""),
            _trajectory(
                "MISSING-CLIENT", "2021-03-01 09:00:00", "2021-03-01", "2022-02-28", client_id=f" {NBSP}"
            ),
            _trajectory("MISSING-START", "2021-03-01 09:00:00", "", "2022-02-28"),
            _trajectory("MISSING-TIME", "", "2021-03-01", "2022-02-28"),
            _line("MISSING-AMOUNT", "2021-05-10", "2021-03-01", ""),
            _line("MISSING-OCMW", "2021-05-10", "2021-03-01", "1320.00", ocmw_nis=""),
            _line("MISSING-STREAM", "2021-05-10", "2021-03-01", "1320.00", stream=" "),
            _spell("MISSING-CODE", "2021-05-10 09:00:00", "", "2021-05-03"),
            _sent("MISSING-DAY", "2021-05-10 09:00:00", ""),
        ),
    ),
    EdgeCase(
        "a value that can't be read as its type (unreadable_value)",
        (
            _trajectory("BAD-DATE-SHORT", "2021-03-01 09:00:00", "2021-3-1", "2022-02-28"),
            _trajectory("BAD-DATE-NONE", "2021-03-01 09:00:00", "2021-03-01", "2022-02-30"),
            _trajectory("BAD-DATE-YEAR", "2021-03-01 09:00:00", "01/03/21", "2022-02-28"),
            _trajectory("BAD-DATE-TIME", "2021-03-01 09:00:00", "2021-03-01 00:00:00", "2022-02-28"),
            _trajectory("BAD-DATE-MONTH", "2021-03-01 09:00:00", "03/31/2021", "2022-02-28"),
            _trajectory("BAD-DATE-FAR", "2021-03-01 09:00:00", "2021-03-01", "9999-12-31"),
            _trajectory(
                "BAD-END", "2022-03-01 09:00:00", "2021-03-01", "2022-02-28", end_date="eind februari"
            ),
            _trajectory("BAD-VOID", "2021-03-01 09:00:00", "2021-03-01", "2022-02-28", is_void="yes"),
            _trajectory("BAD-TIME-ZONE", "2021-03-01T09:00:00Z", "2021-03-01", "2022-02-28"),
            _trajectory("BAD-TIME-FRACTION", "2021-03-01 09:00:00.250", "2021-03-01", "2022-02-28"),
            _line("BAD-AMOUNT-POINT", "2021-05-10", "2021-03-01", "1.320,00"),
            _line("BAD-AMOUNT-DECIMALS", "2021-05-10", "2021-03-01", "1320.005"),
            _line("BAD-AMOUNT-EURO", "2021-05-10", "2021-03-01", "€ 1320"),
            _line("BAD-AMOUNT-LARGE", "2021-05-10", "2021-03-01", "12345678901.00"),
            _line("BAD-MONTH", "2021-05-10", "2021-03", "1320.00"),
            _line("BAD-BOOKED", "10-05-2021", "2021-03-01", "1320.00"),
            _spell("BAD-SPELL-END", "2021-05-10 09:00:00", "NEC", "2021-05-03", "lopend"),
            _sent(
                "BAD-DECISION-DATE",
                "2021-05-10 09:00:00",
                "2021-05-03",
                decision="GEEN_GEVOLG",
                decision_date="2021-06-31",
            ),
        ),
    ),
    EdgeCase(
        "a required code that is not in its list (unknown_code)",
        (
            _line("CODE-STREAM", "2021-05-10", "2021-03-01", "1320.00", stream="loonsubsidie"),
            _line("CODE-STREAM-CASE", "2021-05-10", "2021-03-01", "1320.00", stream="Loontoelage"),
            _line("CODE-TYPE", "2021-05-10", "2021-03-01", "-20.00", line_type="terugvordering"),
            _spell("CODE-SPELL", "2021-05-10 09:00:00", "WERK", "2021-05-03"),
            _spell("CODE-SPELL-CASE", "2021-05-10 09:00:00", "nec", "2021-05-03"),
        ),
    ),
    EdgeCase(
        "an end or a planned end before the start (end_before_start)",
        (
            _trajectory("BACKWARDS-PLAN", "2021-03-01 09:00:00", "2021-03-01", "2021-02-28"),
            _trajectory(
                "BACKWARDS-END", "2021-03-01 09:00:00", "2021-03-01", "2022-02-28", end_date="2021-02-28"
            ),
            _spell("BACKWARDS-SPELL", "2021-05-10 09:00:00", "NEC", "2021-05-03", "2021-05-02"),
        ),
    ),
    EdgeCase(
        "a row keeps all its reasons",
        (
            _trajectory("MANY-REASONS", "", "2016-05-02", "2016-05-01", ocmw_nis="21004", is_void="?"),
            _line(
                "MANY-REASONS",
                "2024-05-02",
                "2014-01-01",
                "veel",
                ocmw_nis="62063",
                stream="premie",
                client_id="",
            ),
            _spell("MANY-REASONS", "gisteren", "WERK", "2021-05-03", "2021-05-02", client_id=""),
            _sent("MANY-REASONS", "", "32/05/2021", decision_date="later"),
        ),
    ),
)

EDGE_CASES: tuple[EdgeCase, ...] = (
    *MONTHS_AND_DAYS,
    *VERSIONS,
    *ENDINGS,
    *PROFILE,
    *GEOGRAPHY,
    *CLIENTS,
    *OUTFLOW,
    *TRANSMISSIONS,
    *MONEY,
    *VALUE_FORMS,
    *DUPLICATES,
    *REFUSED,
)
"""Every hand-written case, in the order in which its rows stand at the end of the demonstration files."""


def edge_case_rows() -> dict[str, list[dict[str, str]]]:
    """Return the rows of all cases per extract: the text of each column that is not empty."""
    rows = [row for case in EDGE_CASES for row in case.rows]
    return {extract: [row.values for row in rows if row.extract == extract] for extract in SCHEMAS}
