"""What a build shows against what the oracle says: every difference as one line of text."""

import re
from collections import Counter
from collections.abc import Iterable

from oracle import Judgement
from oracle.marts import KEYS, Mart
from oracle.warnings import Warned
from warehouse import Row, Tables

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
REASONS = {
    *("missing_required", "unreadable_value", "unknown_municipality", "unknown_code", "end_before_start"),
    *(
        "surplus_fields",
        "before_twe",
        "correction_too_old",
        "duplicate_row",
        "conflicting_version",
        "duplicate_line",
    ),
}
MEASURES: dict[str, tuple[str, ...]] = {
    "annex_1_started_trajectories": ("trajectories",),
    "annex_2_profile": ("trajectories",),
    "annex_3_wage_subsidies": (
        *(
            "subsidised_months",
            "clients",
            "gross_paid_eur",
            "recovered_eur",
            "paid_eur",
            "claims",
            "claimed_eur",
        ),
    ),
    "annex_3_by_booking_year": ("gross_paid_eur", "recovered_eur", "paid_eur"),
    "annex_4_ended_trajectories": ("trajectories",),
    "annex_5_outflow": ("trajectories", "clients"),
    "annex_6_transmissions": ("ended_trajectories", "trajectories_with_transmission"),
    "annex_6_decisions": ("transmissions",),
}
TEXTS = {
    "nis_code",
    "municipality",
    "province",
    "dimension",
    "category",
    "ending",
    "outcome_group",
    "outcome",
    "decision",
}
EXACT_TYPES = {
    ("annex_1_started_trajectories", "planned_duration_months"): "INTEGER",
    ("annex_1_started_trajectories", "trajectories"): "BIGINT",
}
ROW_WARNINGS = {
    *("unreadable_value", "unknown_code", "implausible_birth_date", "unemployed_since_after_start"),
}
PLACE = re.compile(r"(.*) \((.+), row ([0-9]+)\)", re.DOTALL)
SHOWN = 20


def report(differences: Iterable[str]) -> str:
    """Join the first differences for a failure message; empty when there are none."""
    found = list(differences)
    more = [f"... and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return "\n".join([*found[:SHOWN], *more])


def mart_differences(build: Tables, judgement: Judgement, mart: str) -> Iterable[str]:
    """Compare every cell both ways: cells that are missing, surplus, doubled or different."""
    expected = judgement.marts[mart]
    columns = ("municipality", "province", *MEASURES[mart])
    _, rows = build.fetch(f"select {', '.join([*KEYS[mart], *columns])} from marts.{mart}")
    wanted = {(*key, *(cell[column] for column in columns)) for key, cell in expected.items()}
    # Tens of thousands of cells: one by one only when there is a difference to show.
    if len(rows) == len(wanted) and wanted == set(rows):
        return []
    return cell_differences(mart, expected, build.table(f"marts.{mart}"))


def cell_differences(mart: str, expected: Mart, rows: list[Row]) -> Iterable[str]:
    """Compare the rows of one mart with the expected cells."""
    keys = [tuple(row[column] for column in KEYS[mart]) for row in rows]
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"{mart} {key}: {times} rows, expected one"
    got = dict(zip(keys, rows, strict=True))
    for key in sorted(expected.keys() | got.keys(), key=str):
        if key not in got:
            yield f"{mart} {key}: expected {expected[key]}, got no row"
        elif key not in expected:
            yield f"{mart} {key}: expected no row, got {got[key]}"
        else:
            for column, value in expected[key].items():
                if got[key][column] != value:
                    yield f"{mart} {key} {column}: expected {value!r}, got {got[key][column]!r}"


def type_differences(build: Tables, mart: str) -> Iterable[str]:
    """Compare the columns of a mart and their types; more columns than published are allowed."""
    types = build.types(f"marts.{mart}")
    for column in [*KEYS[mart], "municipality", "province", *MEASURES[mart]]:
        got = types.get(column, "no such column")
        if not _type_fits(mart, column, got):
            yield f"{mart} {column}: type {got}"


def _type_fits(mart: str, column: str, got: str) -> bool:
    if (mart, column) in EXACT_TYPES:
        return got == EXACT_TYPES[mart, column]
    if column in TEXTS:
        return got == "VARCHAR"
    if column.endswith("_eur"):
        return got.startswith("DECIMAL(") and got.endswith(",2)")
    return got in INTEGERS


def quarantine_differences(build: Tables, judgement: Judgement) -> Iterable[str]:
    """Compare the quarantine row by row; among equal rows only how many have which reasons is fixed."""
    got = build.quarantine()
    known = set()
    for extract, ruling in judgement.rulings.items():
        for rows in ruling.alike:
            places = [(row.extract, row.source_file, row.source_row) for row in rows]
            known |= set(places)
            expected_reasons = Counter(frozenset(row.reasons) for row in rows)
            got_reasons = Counter(_published(got.get(place, frozenset())) for place in places)
            if expected_reasons != got_reasons:
                expected, found = _shown(expected_reasons), _shown(got_reasons)
                yield f"{extract} {places}: expected {expected}, got {found}; {rows[0].texts}"
    for place in got.keys() - known:
        yield f"quarantine holds {place}, which was never delivered"


def _published(reasons: frozenset[str]) -> frozenset[str]:
    # More reasons than the published ones may stand beside them, never instead of them.
    return reasons & REASONS or reasons


def _shown(counted: Counter[frozenset[str]]) -> str:
    return ", ".join(f"{times} x {sorted(reasons) or 'valid'}" for reasons, times in counted.items())


def balance_differences(build: Tables, judgement: Judgement) -> Iterable[str]:
    """Compare delivered, accepted and quarantined per extract."""
    got = build.balance()
    for extract, expected in judgement.balance().items():
        if got.get(extract, (0, 0, 0)) != expected:
            yield f"balance {extract}: expected {expected}, got {got.get(extract)}"
    for extract in got.keys() - judgement.rulings.keys():
        yield f"balance holds {extract}, which is not an extract"


def warning_differences(build: Tables, judgement: Judgement) -> Iterable[str]:
    """Compare the warnings; what is about a row must name one that was delivered and not refused."""
    refused = build.quarantine().keys()
    delivered = {
        (row.extract, row.source_file, row.source_row): str(next(iter(row.values.values())))
        for ruling in judgement.rulings.values()
        for row in ruling.delivered
    }
    got: Counter[Warned] = Counter()
    for row in build.table("quality.warnings"):
        extract, key, warning, detail = (
            str(row[name]) for name in ("extract", "record_key", "warning", "detail")
        )
        if warning in ROW_WARNINGS:
            match = PLACE.fullmatch(detail)
            detail, file, number = match.groups() if match else (detail, "", "0")
            place = (extract, file, int(number))
            if place in refused or delivered.get(place) != key:
                yield f"warning {warning} of {key} is about {place}, which is not a valid row of it"
        elif warning == "overlapping_trajectories":
            detail = ""
        got[Warned(extract, key, warning, detail)] += 1
    for found in sorted(got.keys() | judgement.warnings.keys(), key=str):
        if got[found] != judgement.warnings[found]:
            yield f"{found}: expected {judgement.warnings[found]}, got {got[found]}"


def all_differences(build: Tables, judgement: Judgement) -> Iterable[str]:
    """Compare everything: marts, quarantine, balance and warnings."""
    for mart in KEYS:
        yield from mart_differences(build, judgement, mart)
    yield from quarantine_differences(build, judgement)
    yield from balance_differences(build, judgement)
    yield from warning_differences(build, judgement)
