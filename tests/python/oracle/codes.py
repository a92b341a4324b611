"""The code lists and the columns of the extracts, and the geography read from the reference lists."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[3] / "seeds" / "reference"

STREAMS = {"loontoelage", "begeleidingsvergoeding", "verhoogde_staatstoelage"}
LINE_TYPES = {"payment", "correction", "recovery"}
GENDERS = {"M": "male", "V": "female", "X": "other"}
EDUCATIONS = {"kort": "low_educated", "midden": "not_low_educated", "hoog": "not_low_educated"}
EARLY_BY_END_REASON = {
    "VOLTOOID": False,
    "WERK_NEC": True,
    "WERK_SEC": True,
    "OPLEIDING_LANG": True,
    "SE_HOOGST_HAALBAAR": True,
    "ZIEKTE": True,
    "VERHUIS_ANDER_OCMW": True,
    "VERHUIS_ANDER_GEWEST": True,
    "NIET_TIJDIG_ART60": True,
    "ONTSLAG_DRINGENDE_REDEN": True,
    "STOPZETTING_CLIENT": True,
    "PENSIOEN": True,
    "OVERLIJDEN": True,
    "ADMINISTRATIEF": True,
}

# In order of priority: the first of a client's codes on the measure date decides.
STATUSES = {
    "OVERLEDEN": ("other", "deceased"),
    "NEC": ("work", "regular_economy"),
    "NEC_SE": ("work", "regular_in_social_enterprise"),
    "SEC": ("work", "social_economy"),
    "ZELFSTANDIGE": ("work", "self_employed"),
    "OPLEIDING": ("other", "training"),
    "ZIEKTE": ("other", "illness"),
    "PENSIOEN": ("other", "retired"),
    "LEEFLOON": ("other", "living_wage"),
    "VERHUISD": ("other", "moved_to_other_region"),
    "ANDERE": ("other", "other"),
    "WERKZOEKEND": ("other", "jobseeker"),
}
AGAIN_IN_TWE = ("other", "again_in_twe")
UNKNOWN_OUTCOME = ("other", "unknown")
COMPETENCES = {
    "CV_OPLEIDING": ("competence_strengthening", "training"),
    "CV_WERKPLEKLEREN": ("competence_strengthening", "workplace_learning"),
}
OUTCOMES = [AGAIN_IN_TWE, *STATUSES.values(), UNKNOWN_OUTCOME, *COMPETENCES.values()]

DECISIONS = {
    "GEEN_GEVOLG": "no_consequence",
    "VERWITTIGING": "warning",
    "TIJDELIJKE_UITSLUITING": "temporary_exclusion",
    "UITSLUITING_ONBEPAALD": "indefinite_exclusion",
}
DECISION_CATEGORIES = [*DECISIONS.values(), "pending", "unknown"]

# Beside these the ages, whose classes are a setting.
PROFILE_CATEGORIES = {
    "gender": ["male", "female", "other", "unknown"],
    "unemployment_duration": ["under_1_year", "1_to_2_years", "2_years_plus", "unknown"],
    "education": ["low_educated", "not_low_educated", "unknown"],
    "migration_background": ["yes", "no", "unknown"],
}

UNKNOWN_RESIDENCE = "00000"

# Class, first and last completed year; the outer ones are the limits of what is plausible.
AGE_CLASSES = (("under_25", 15, 24), ("25_39", 25, 39), ("40_54", 40, 54), ("55_plus", 55, 80))

DEFAULT_YEARS = {
    1: (2020, 2023),
    2: (2017, 2023),
    3: (2020, 2023),
    4: (2017, 2023),
    5: (2020, 2023),
    6: (2020, 2023),
}


@dataclass(frozen=True)
class Column:
    """One column of an extract; `costs_row` says that an unreadable value refuses the row.

    `known` are codes that may be written in any case, `codes` those without which the row is refused.
    """

    name: str
    kind: str
    required: bool = True
    costs_row: bool = True
    codes: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()

    def canonical(self, text: str) -> str:
        """Return a code as its list writes it, any other text as it is."""
        written = {code.lower(): code for code in self.codes | self.known}
        return written.get(text.lower(), text)


def _versioned(key: str) -> list[Column]:
    return [
        Column(key, "text"),
        Column("recorded_at", "timestamp"),
        Column("is_void", "boolean", required=False),
    ]


def _optional(name: str, kind: str, known: Iterable[str] = ()) -> Column:
    return Column(name, kind, required=False, costs_row=False, known=frozenset(known))


_STREAM = Column("stream", "text", codes=frozenset(STREAMS))

EXTRACTS: dict[str, list[Column]] = {
    "raw_trajectories": [
        *_versioned("trajectory_id"),
        Column("client_id", "text"),
        Column("ocmw_nis", "text"),
        _optional("residence_nis", "nis"),
        Column("start_date", "date"),
        Column("planned_end_date", "date"),
        Column("end_date", "date", required=False),
        _optional("end_reason", "text", EARLY_BY_END_REASON),
        _optional("gender", "text", GENDERS),
        _optional("birth_date", "date"),
        _optional("unemployed_since", "date"),
        _optional("education_level", "text", EDUCATIONS),
        _optional("migration_background", "boolean"),
    ],
    "raw_subsidies": [
        Column("line_id", "text"),
        Column("booked_on", "date"),
        Column("ocmw_nis", "text"),
        Column("client_id", "text"),
        Column("performance_month", "month"),
        _STREAM,
        Column("line_type", "text", codes=frozenset(LINE_TYPES)),
        Column("amount_eur", "amount"),
    ],
    "raw_subsidy_claims": [
        *_versioned("claim_id"),
        Column("ocmw_nis", "text"),
        Column("client_id", "text"),
        Column("performance_month", "month"),
        _STREAM,
        Column("claimed_eur", "amount"),
    ],
    "raw_outflow": [
        *_versioned("spell_id"),
        Column("client_id", "text"),
        Column("spell_code", "text", codes=frozenset(STATUSES) | frozenset(COMPETENCES)),
        Column("start_date", "date"),
        Column("end_date", "date", required=False),
    ],
    "raw_transmissions": [
        *_versioned("transmission_id"),
        Column("client_id", "text"),
        Column("transmission_date", "date"),
        _optional("cause", "text"),
        _optional("decision", "text", DECISIONS),
        Column("decision_date", "date", required=False),
        _optional("sanction_weeks", "integer"),
    ],
}
OPTIONAL_EXTRACTS = {"raw_subsidy_claims"}


@dataclass(frozen=True)
class Municipality:
    """One municipality and the days on which its code is valid (`valid_to` inclusive, None = still)."""

    nis_code: str
    name: str
    province: str
    valid_from: date
    valid_to: date | None

    def valid_on(self, day: date) -> bool:
        """Say whether the code is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Settings:
    """How a question differs from the first one; the defaults are the first one.

    Months run from the end of a trajectory to its measure date, and to the end of the window in which
    transmissions and competences count (None = the measure date).
    """

    measure_months: int = 12
    window_months: int | None = None
    by_residence: bool = False
    age_classes: tuple[tuple[str, int, int], ...] = AGE_CLASSES

    def profile_categories(self) -> list[tuple[str, str]]:
        """Return every dimension with its categories."""
        ages = [("age", name) for name, *_ in (*self.age_classes, ("unknown", 0, 0))]
        return ages + [(name, category) for name, found in PROFILE_CATEGORIES.items() for category in found]


@cache
def municipalities() -> dict[str, Municipality]:
    """Read the municipalities by NIS code."""
    with (REFERENCE / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["nis_code"]: Municipality(
                row["nis_code"],
                row["name"],
                row["province"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(file)
        }


@cache
def mergers() -> list[tuple[date, str, str]]:
    """Read the mergers as (effective date, old code, new code), oldest first."""
    with (REFERENCE / "municipality_mergers.csv").open(encoding="utf-8", newline="") as file:
        return sorted(
            (date.fromisoformat(row["effective_date"]), row["old_nis"], row["new_nis"])
            for row in csv.DictReader(file)
        )


def carried_forward(nis_code: str, geography_date: date) -> str:
    """Take a code through the mergers effective on or before `geography_date`."""
    for effective, old, new in mergers():
        if effective <= geography_date and nis_code == old:
            nis_code = new
    return nis_code
