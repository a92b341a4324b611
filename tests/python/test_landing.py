"""What is accepted, what is refused and why: hand-made deliveries, each case beside its nearest neighbour."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comparison import all_differences, report
from compiled import Compiler
from oracle import judge
from oracle.codes import EXTRACTS
from twe.landing.faults import DeliveryRefused
from twe.landing.landing import land
from warehouse import Build, Builder, Tables

TRAJECTORIES, LINES, CLAIMS = "raw_trajectories", "raw_subsidies", "raw_subsidy_claims"
SPELLS, TRANSMISSIONS = "raw_outflow", "raw_transmissions"

Record = dict[str, str]

BASE: dict[str, Record] = {
    TRAJECTORIES: {
        "recorded_at": "2021-01-01 10:00:00",
        "client_id": "c1",
        "ocmw_nis": "11001",
        "start_date": "2020-02-01",
        "planned_end_date": "2021-01-31",
    },
    LINES: {
        "booked_on": "2021-01-01",
        "ocmw_nis": "11001",
        "client_id": "c1",
        "performance_month": "2020-11-01",
        "stream": "loontoelage",
        "line_type": "payment",
        "amount_eur": "100.00",
    },
    CLAIMS: {
        "recorded_at": "2021-01-01 10:00:00",
        "ocmw_nis": "11001",
        "client_id": "c1",
        "performance_month": "2020-11-01",
        "stream": "loontoelage",
        "claimed_eur": "100.00",
    },
    SPELLS: {
        "recorded_at": "2021-01-01 10:00:00",
        "client_id": "c1",
        "spell_code": "NEC",
        "start_date": "2020-02-01",
    },
    TRANSMISSIONS: {
        "recorded_at": "2021-01-01 10:00:00",
        "client_id": "c1",
        "transmission_date": "2020-06-01",
    },
}


@dataclass(frozen=True)
class Group:
    """Records that are judged together and how often each set of reasons occurs among them."""

    extract: str
    records: tuple[Record, ...]
    reasons: Mapping[frozenset[str], int]
    name: str


def _one(extract: str, reasons: str, **values: str) -> Group:
    """One record that differs from the plain one by `values`; reasons separated by blanks."""
    return Group(extract, (values,), {frozenset(reasons.split()): 1}, f"{extract} {values}")


def _each(extract: str, reasons: str, column: str, *values: str) -> list[Group]:
    return [_one(extract, reasons, **{column: value}) for value in values]


def _together(name: str, extract: str, reasons: Mapping[str, int], *records: Record) -> Group:
    counted = {frozenset(text.split()): times for text, times in reasons.items()}
    return Group(extract, records, counted, name)


ACCEPTED_DATES = (
    "2020-02-03",
    "03/02/2020",
    " 2020-02-03\t",
    "\u00a003/02/2020 ",
    "2020-02-29",
    "29/02/2020",
    *("3/2/2020", "03-02-2020", "3.02.2020", "20200203", "2020-02-03 00:00:00", "3/2/2020T00:00"),
)
REFUSED_DATES = (
    *("2020-2-3", "3/2-2020", "2020-02-30", "30/02/2020", "2021-02-29", "2020-13-01", "0000-00-00"),
    *("03/02/20", "12/31/2020", "2020/02/03", "003-02-2020", "2020203", "2020-02", "2020"),
    *("٢٠٢٠-٠٢-٠٣", "２０２０-02-03", "2020-02-03 00:00:01", "2020-02-03T0:00", "2020-02-03Z"),
    *("1899-12-31", "9999-01-01", "31/12/9999", "12020-02-03", "-2020-02-03", "+2020-02-03", "'2020-02-03'"),
    *("today", "epoch", "infinity", "gisteren", "43864", "2020-02-03\n", "2020- 02-03", "2020-02-03;"),
)
ACCEPTED_MOMENTS = (
    *("2021-01-01", "01/01/2021", "2021-01-01 08:09:10", "2021-01-01T08:09:10", "01/01/2021 08:09:10"),
    *("01/01/2021T23:59:59", "\u00a02021-01-01 00:00:00 ", "2021-01-01 08:09", "2021-01-01 8:09:10"),
    *("2021-01-01 08:09:10.5", "1/1/2021 08:09:10", "20210101T080910"[:8]),
)
REFUSED_MOMENTS = (
    *("2021-01-01 08:9", "2021-01-01 :09:10", "2021-01-01 08:09:10.", "2021-01-01 08:09:10,5"),
    *(
        "2021-01-01 08:09:10Z",
        "2021-01-01T08:09:10+01:00",
        "2021-01-01 08:09:10+01",
        "2021-01-01 08:09:10 UTC",
    ),
    *("2021-01-01 25:00:00", "2021-01-01 08:61:00", "2021-01-01 08:09:75", "2021-01-01  08:09:10"),
    *(
        "2021-01-01t08:09:10",
        "1/1-2021 08:09:10",
        "2021-02-29 08:09:10",
        "2021-01-01 08.09.10",
        "2021-01-01 "[:8],
    ),
    *("2021-01-01 ٠٨:٠٩:١٠", "08:09:10", "1899-12-31 08:09:10", "9999-01-01 08:09:10", "now", "2021-01-01T"),
)
ACCEPTED_AMOUNTS = (
    "5",
    "5.5",
    "5,50",
    "-5,5",
    "+5,5",
    "0",
    "-0",
    "0005",
    "1234567890,12",
    "\t7,00\u00a0",
    *("1.234,50", "1,234.50", "€ 5", "5 EUR", "5-", "1 000", "1'234.500", "-€5", "1.234.567"),
)
REFUSED_AMOUNTS = (
    *(
        "1.234,567",
        "1,23.50",
        "12.345",
        "12,345",
        "12345678901",
        "1e3",
        "5.",
        "5,",
        ".5",
        ",5",
        "€ 5 €",
        "5 USD",
    ),
    *("- 5", "--5", "-5-", "(5)", "1 00", "1_000", "0x10", "NaN", "inf", "١٢", "twaalf"),
)
ACCEPTED_BOOLEANS = (
    *("true", "FALSE", "1", "0", "ja", "JA", "Nee", "nee", "j", "N", "", " ", "\u00a0Ja "),
    *("yes", "No", "waar", "ONWAAR", "oui", "non"),
)
REFUSED_BOOLEANS = ("y", "t", "f", "onwaar.", "2", "01", "-1", "on", "1.0", "si")
OPTIONAL_BUT_ODD: tuple[tuple[str, str], ...] = (
    *(
        ("birth_date", "gisteren"),
        ("birth_date", "2020-2-3"),
        ("birth_date", "1900-01-01"),
        ("birth_date", "2010-01-01"),
    ),
    *(
        ("unemployed_since", "31/02/2019"),
        ("unemployed_since", "2020-02-02"),
        ("gender", "mv"),
        ("gender", "man"),
    ),
    *(("education_level", "Korte"), ("migration_background", "yep"), ("end_reason", "voltooid.")),
)

LONG = {"trajectory_id": "long", "planned_end_date": "2023-01-31", "end_date": "2023-01-31"}

CASES: list[Group] = [
    _one(TRAJECTORIES, "", **LONG),
    _together(
        "two trajectories of one client at once",
        TRAJECTORIES,
        {"": 2},
        {"trajectory_id": "overlap 1", "end_date": "2020-10-31"},
        {"trajectory_id": "overlap 2", "start_date": "2020-10-31"},
    ),
    *_each(TRAJECTORIES, "", "planned_end_date", *ACCEPTED_DATES),
    *_each(TRAJECTORIES, "unreadable_value", "start_date", *REFUSED_DATES),
    *_each(TRAJECTORIES, "unreadable_value", "planned_end_date", "2021-2-3", "9999-12-31"),
    *_each(TRAJECTORIES, "unreadable_value", "end_date", "2020-02-30", "lopend", "9999-12-31"),
    *_each(TRAJECTORIES, "", "end_date", "", " \u00a0\t", "2020-02-01", "9998-12-31"),
    *_each(TRAJECTORIES, "", "recorded_at", *ACCEPTED_MOMENTS),
    *_each(TRAJECTORIES, "unreadable_value", "recorded_at", *REFUSED_MOMENTS),
    *_each(TRAJECTORIES, "", "is_void", *ACCEPTED_BOOLEANS),
    *_each(TRAJECTORIES, "unreadable_value", "is_void", *REFUSED_BOOLEANS),
    *_each(TRAJECTORIES, "", "ocmw_nis", " 11001\u00a0", "44001", "44084", "46030", "73109"),
    *_each(
        TRAJECTORIES,
        "unknown_municipality",
        "ocmw_nis",
        "21004",
        "62063",
        "25091",
        "1101",
        "011001",
        "11001.0",
    ),
    *_each(TRAJECTORIES, "missing_required", "ocmw_nis", "", "\u00a0"),
    *_each(TRAJECTORIES, "missing_required", "trajectory_id", "", " \t\u00a0"),
    *_each(TRAJECTORIES, "missing_required", "client_id", ""),
    *_each(TRAJECTORIES, "missing_required", "recorded_at", ""),
    *_each(TRAJECTORIES, "missing_required", "start_date", ""),
    *_each(TRAJECTORIES, "missing_required", "planned_end_date", " "),
    *_each(TRAJECTORIES, "end_before_start", "end_date", "2020-01-31"),
    *_each(TRAJECTORIES, "end_before_start", "planned_end_date", "31/01/2020"),
    *_each(TRAJECTORIES, "", "planned_end_date", "2020-02-01", "9998-12-31"),
    *_each(TRAJECTORIES, "before_twe", "start_date", "2016-12-31", "1900-01-01"),
    *_each(TRAJECTORIES, "", "start_date", "2017-01-01"),
    *(_one(TRAJECTORIES, "", **{column: value}) for column, value in OPTIONAL_BUT_ODD),
    *_each(TRAJECTORIES, "", "residence_nis", "21004", "Brussel"),
    _one(
        TRAJECTORIES,
        "missing_required unreadable_value unknown_municipality end_before_start before_twe",
        client_id="",
        ocmw_nis="21004",
        start_date="2016-05-01",
        planned_end_date="binnenkort",
        end_date="2016-04-30",
    ),
    _one(TRAJECTORIES, "unreadable_value end_before_start", is_void="x", end_date="2019-01-01"),
    *_each(LINES, "", "amount_eur", *ACCEPTED_AMOUNTS),
    *_each(LINES, "unreadable_value", "amount_eur", *REFUSED_AMOUNTS),
    *_each(LINES, "", "performance_month", "17/11/2020", "2011-01-01"),
    *_each(LINES, "unreadable_value", "performance_month", "2020-1", "2020/11", "2020-11-31"),
    *_each(LINES, "unreadable_value", "booked_on", "2021-01-01 10:00:00", "2021-1-1"),
    *_each(LINES, "unknown_code", "stream", "Loontoelagen", "loon toelage"),
    *_each(LINES, "unknown_code", "line_type", "payments", "PAY"),
    *_each(LINES, "", "stream", "begeleidingsvergoeding", " verhoogde_staatstoelage "),
    *_each(LINES, "", "line_type", "correction", "recovery\t"),
    *_each(LINES, "missing_required", "stream", ""),
    *_each(LINES, "missing_required", "line_id", ""),
    *_each(LINES, "unknown_municipality", "ocmw_nis", "21004"),
    _one(LINES, "", performance_month="2010-05-31", booked_on="2020-05-01"),
    _one(LINES, "correction_too_old", performance_month="2010-05-31", booked_on="2020-05-02"),
    _one(
        LINES,
        "correction_too_old",
        performance_month="2010-05-01",
        booked_on="2020-05-02",
        line_type="recovery",
    ),
    _one(
        LINES,
        "correction_too_old unknown_code missing_required unknown_municipality",
        performance_month="2009-01-01",
        stream="andere",
        client_id="",
        ocmw_nis="x",
    ),
    _one(LINES, "", performance_month="9998-12-31"),
    *_each(SPELLS, "", "spell_code", "OVERLEDEN", "CV_OPLEIDING", " SEC"),
    *_each(SPELLS, "unknown_code", "spell_code", "nec.", "AGAIN_IN_TWE", "unknown"),
    *_each(SPELLS, "missing_required", "spell_code", ""),
    *_each(SPELLS, "end_before_start", "end_date", "2020-01-31"),
    *_each(SPELLS, "", "end_date", "2020-02-01"),
    *_each(SPELLS, "unreadable_value", "end_date", "x"),
    *_each(SPELLS, "", "start_date", "1900-01-01", "01/01/1900"),
    _one(
        SPELLS,
        "unknown_code end_before_start unreadable_value",
        spell_code="x",
        end_date="2019-01-01",
        is_void="x",
    ),
    *_each(TRANSMISSIONS, "", "decision", "", "VERWITTIGING", "BEROEP", "verwittiging"),
    *_each(TRANSMISSIONS, "unreadable_value", "decision_date", "x", "2020-06-31"),
    *_each(TRANSMISSIONS, "", "decision_date", "", "01/07/2020"),
    *_each(TRANSMISSIONS, "", "sanction_weeks", "4", "-4", "+4", "123456789", "4,5", "1234567890", "vier"),
    *_each(TRANSMISSIONS, "missing_required", "transmission_date", ""),
    *_each(TRANSMISSIONS, "unreadable_value", "transmission_date", "2020-06-31"),
    *_each(CLAIMS, "", "claimed_eur", "5,5", "-5"),
    *_each(CLAIMS, "unreadable_value", "claimed_eur", "12.345"),
    *_each(CLAIMS, "unknown_code", "stream", "LOONTOELAGEN"),
    *_each(CLAIMS, "unknown_municipality", "ocmw_nis", "62063"),
    *_each(CLAIMS, "", "performance_month", "2005-01-15"),
    *_each(CLAIMS, "missing_required", "claim_id", ""),
    _together(
        "equal rows in another notation",
        TRAJECTORIES,
        {"": 1, "duplicate_row": 4},
        {"trajectory_id": "same"},
        {"trajectory_id": " same", "is_void": "nee"},
        {"trajectory_id": "same", "recorded_at": "01/01/2021T10:00:00", "is_void": "0"},
        {"trajectory_id": "same\u00a0", "start_date": "01/02/2020", "gender": "\t"},
        {"trajectory_id": "same", "is_void": "FALSE", "planned_end_date": "31/01/2021"},
    ),
    _together(
        "a day is its first second",
        SPELLS,
        {"": 1, "duplicate_row": 1},
        {"spell_id": "midnight", "recorded_at": "2021-01-01"},
        {"spell_id": "midnight", "recorded_at": "01/01/2021 00:00:00"},
    ),
    _together(
        "what can't be read is compared as its text",
        TRAJECTORIES,
        {"": 1, "duplicate_row": 1},
        {"trajectory_id": "text", "birth_date": "gisteren", "gender": "m"},
        {"trajectory_id": "text", "birth_date": " gisteren", "gender": "m\t"},
    ),
    _together(
        "other unreadable text is other content",
        TRAJECTORIES,
        {"conflicting_version": 2},
        {"trajectory_id": "texts", "birth_date": "gisteren"},
        {"trajectory_id": "texts", "birth_date": "Gisteren"},
    ),
    _together(
        "an unknown code is not an empty one",
        TRAJECTORIES,
        {"conflicting_version": 2},
        {"trajectory_id": "code", "gender": "m"},
        {"trajectory_id": "code", "gender": ""},
    ),
    _together(
        "a void and a registration in one second",
        TRANSMISSIONS,
        {"conflicting_version": 2},
        {"transmission_id": "void", "is_void": "ja"},
        {"transmission_id": "void"},
    ),
    _together(
        "duplicates are decided before conflicts",
        SPELLS,
        {"duplicate_row": 1, "conflicting_version": 2},
        {"spell_id": "both"},
        {"spell_id": "both", "start_date": "01/02/2020"},
        {"spell_id": "both", "start_date": "2020-02-02"},
    ),
    _together(
        "a refused row conflicts with nothing",
        SPELLS,
        {"": 1, "unknown_code": 1},
        {"spell_id": "alone"},
        {"spell_id": "alone", "spell_code": "x"},
    ),
    _together(
        "two refused rows are not duplicates",
        SPELLS,
        {"unknown_code": 2},
        {"spell_id": "refused", "spell_code": "x"},
        {"spell_id": "refused", "spell_code": "x"},
    ),
    _together(
        "versions a second apart",
        CLAIMS,
        {"": 2},
        {"claim_id": "apart", "recorded_at": "2021-01-01 10:00:00"},
        {"claim_id": "apart", "recorded_at": "2021-01-01 10:00:01", "claimed_eur": "1"},
    ),
    _together(
        "claims in conflict",
        CLAIMS,
        {"conflicting_version": 2},
        {"claim_id": "clash", "claimed_eur": "1"},
        {"claim_id": "clash", "claimed_eur": "2"},
    ),
    _together(
        "keys differ by case",
        CLAIMS,
        {"": 2},
        {"claim_id": "case", "claimed_eur": "1"},
        {"claim_id": "CASE", "claimed_eur": "2"},
    ),
    _together(
        "one line delivered again",
        LINES,
        {"": 1, "duplicate_row": 3},
        {"line_id": "again", "amount_eur": "5", "performance_month": "2020-11-01"},
        {"line_id": "again", "amount_eur": "5,00", "performance_month": "30/11/2020"},
        {"line_id": "again", "amount_eur": "+5.0", "performance_month": "2020-11-15"},
        {"line_id": " again ", "amount_eur": "05", "booked_on": "01/01/2021"},
    ),
    _together(
        "one line number for other content",
        LINES,
        {"duplicate_line": 2, "duplicate_row": 1},
        {"line_id": "number", "amount_eur": "5"},
        {"line_id": "number", "amount_eur": "5.00"},
        {"line_id": "number", "amount_eur": "-5"},
    ),
    _together(
        "weeks in another notation",
        TRANSMISSIONS,
        {"": 1, "duplicate_row": 2},
        {"transmission_id": "weeks", "sanction_weeks": "4"},
        {"transmission_id": "weeks", "sanction_weeks": "+4"},
        {"transmission_id": "weeks", "sanction_weeks": "004"},
    ),
    _together(
        "booleans in another notation",
        TRAJECTORIES,
        {"": 1, "duplicate_row": 1},
        {"trajectory_id": "flag", "migration_background": "J"},
        {"trajectory_id": "flag", "migration_background": "1"},
    ),
]


def _records(group: Group, number: int) -> list[Record]:
    key = EXTRACTS[group.extract][0].name
    plain = BASE[group.extract] | {key: f"case{number}", "client_id": f"client{number}"}
    return [plain | record for record in group.records]


def write_csv(path: Path, extract: str, records: list[Record]) -> None:
    """Write records plainly, in the order of the published columns."""
    names = [column.name for column in EXTRACTS[extract]]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(records)


def write_headers(folder: Path, *but: str) -> None:
    """Give every required extract that is not in `but` a file without rows."""
    for extract in EXTRACTS.keys() - {CLAIMS, *but}:
        write_csv(folder / f"{extract}.csv", extract, [])


@dataclass(frozen=True)
class Landed:
    """A build and the folder it was made from."""

    build: Tables
    folder: Path
    found: Mapping[tuple[str, str, int], frozenset[str]]


def _landed(compiler: Compiler, folder: Path) -> Landed:
    build = compiler.build(folder)
    return Landed(build, folder, build.quarantine())


@pytest.fixture(scope="module")
def cases(builder: Builder, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """Build one delivery with all cases, one file per extract."""
    folder = tmp_path_factory.mktemp("cases")
    for extract in EXTRACTS:
        numbered = [(number, group) for number, group in enumerate(CASES) if group.extract == extract]
        records = [record for number, group in numbered for record in _records(group, number)]
        write_csv(folder / f"{extract}.csv", extract, records)
    build = builder.build(folder)
    assert build.exit_code == 0, build.output
    return Landed(build, folder, build.quarantine())


def test_a_build_stores_no_path_of_the_delivery(cases: Landed) -> None:
    """A path can hold the name of a person, and what a file of DuckDB once held stays in its free blocks."""
    assert isinstance(cases.build, Build)
    stored = cases.build.database.read_bytes()
    places = cases.build.query("select distinct variables from quality.node_results")
    (told,) = {str(row["variables"]) for row in places if row["variables"]}
    assert "raw_path: map d'été [1] " in told
    assert str(cases.build.database.parent).encode() not in stored
    assert (
        cases.build.query("from duckdb_schemas() where schema_name = 'landing' and database_name = 'twe'")
        == []
    )


def _places(number: int) -> list[tuple[str, str, int]]:
    """Return where the records of a case stand in the delivery."""
    extract = CASES[number].extract
    before = sum(len(group.records) for group in CASES[:number] if group.extract == extract)
    return [(extract, f"{extract}.csv", before + 1 + record) for record in range(len(CASES[number].records))]


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number].name)
def test_reasons(cases: Landed, number: int) -> None:
    """Every case is accepted or refused for exactly its reasons."""
    got = Counter(cases.found.get(place, frozenset()) for place in _places(number))
    assert got == CASES[number].reasons


def test_cases_give_the_values_the_oracle_reads(cases: Landed) -> None:
    """Accepted forms are not only accepted but read as what they mean."""
    found = report(all_differences(cases.build, judge(cases.folder)))
    assert found == "", found


def test_balance_counts_every_case(cases: Landed) -> None:
    """Delivered = accepted + quarantined, counted by hand from the cases."""
    for extract, balance in cases.build.balance().items():
        groups = [group for group in CASES if group.extract == extract]
        delivered = sum(len(group.records) for group in groups)
        accepted = sum(group.reasons.get(frozenset(), 0) for group in groups)
        assert balance == (delivered, accepted, delivered - accepted)


_FORMS = ('" same"', "01/01/2021T10:00:00", "same\u00a0", "31/01/2021")


def test_quarantine_keeps_the_content_as_delivered(cases: Landed) -> None:
    """Texts stand in `content` as they came, not as they were read."""
    contents = {
        (row["extract"], row["source_row"]): str(row["content"])
        for row in cases.build.table("quality.quarantine")
    }
    number = next(
        number for number, group in enumerate(CASES) if group.name == "equal rows in another notation"
    )
    extract, _, first = _places(number)[0]
    kept = [
        text
        for text in _FORMS
        if not any(text in contents.get((extract, first + row), "") for row in range(5))
    ]
    assert len(kept) <= 1, "four of the five equal rows are in the quarantine, each in its own notation"
    assert any("twaalf" in content for content in contents.values())
    assert any("1.234,567" in content for content in contents.values())


def test_odd_optional_values_are_warned_about(cases: Landed) -> None:
    """An optional value that counts as not given leaves a warning for its record, a plain record none."""
    warned = cases.build.warned()[TRAJECTORIES]
    odd = {_case_key(_one(TRAJECTORIES, "", **{column: value})) for column, value in OPTIONAL_BUT_ODD}
    assert odd - warned == set()
    assert (
        warned & {_case_key(group) for group in _each(TRAJECTORIES, "", "ocmw_nis", "44001", "73109")}
        == set()
    )


def test_unlikely_but_possible_records_are_warned_about(cases: Landed) -> None:
    """More than 24 months, overlapping trajectories of one client and months that net below zero."""
    warned = cases.build.warned()
    assert "long" in warned[TRAJECTORIES]
    assert warned[TRAJECTORIES] & {"overlap 1", "overlap 2"}
    assert warned[LINES]


def _case_key(group: Group) -> str:
    return f"case{next(number for number, case in enumerate(CASES) if case.name == group.name)}"


HEADER = {extract: [column.name for column in columns] for extract, columns in EXTRACTS.items()}


SHORT_FILE = "raw_trajectories [kort] d'avril 100%.csv"


def _write_formats(folder: Path) -> None:
    """Write files that differ in everything a file may differ in."""
    names = HEADER[TRAJECTORIES]
    header = ";".join(f'" {name.upper()}\t"' for name in reversed(names)) + ";Opmerking,vrij;\u00a0"
    good = _fields(TRAJECTORIES, trajectory_id="a1", client_id='regel 1\nregel 2;"citaat"', gender="V")
    bad = _fields(TRAJECTORIES, trajectory_id="a2", ocmw_nis="21004")
    lines = [
        header,
        "",
        ";".join(_quoted(value) for value in reversed(good)) + ';"extra; veld";',
        "",
        "",
        ";".join(reversed(bad)) + ";;;te veel;velden;",
        ";".join(reversed(_fields(TRAJECTORIES, trajectory_id="a3"))),
        "",
    ]
    (folder / "raw_trajectories.csv").write_bytes(("\ufeff" + "\r\n".join(lines)).encode())
    short_header = ",".join(["Trajectory_Id", "a;b", *(name for name in names if name != "trajectory_id")])
    required = dict(zip(names, _fields(TRAJECTORIES, trajectory_id=""), strict=True))
    until_end = [required[name] for name in names[1 : names.index("planned_end_date") + 1]]
    lines = [
        short_header,
        ",".join(["b1", "x;y", *until_end]),
        ",".join(["b2", "x;y", *until_end[:-1]]),
        ",,,,,,,,,,,,,,,",
        ",".join(["b3", "", *until_end]),
    ]
    (folder / SHORT_FILE).write_bytes("\n".join(lines).encode())
    (folder / "raw_trajectories_leeg.csv").write_text(",".join(names), encoding="utf-8")
    _write_text_parquet(folder / "raw_trajectories_tekst.parquet")
    _write_native_parquet(folder / "raw_trajectories_native.parquet")
    pq.write_table(
        pa.table({name: pa.array([], pa.string()) for name in names}), folder / "raw_trajectories_0.parquet"
    )


def _fields(extract: str, **values: str) -> list[str]:
    record = BASE[extract] | values
    return [record.get(name, "") for name in HEADER[extract]]


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _write_text_parquet(path: Path) -> None:
    texts = [
        _fields(TRAJECTORIES, trajectory_id="t1", start_date=" 01/02/2020", migration_background="JA"),
        _fields(TRAJECTORIES, trajectory_id="t2", ocmw_nis="62063"),
        [""] * len(HEADER[TRAJECTORIES]),
    ]
    columns = {
        name.title(): pa.array([row[place] for row in texts])
        for place, name in enumerate(HEADER[TRAJECTORIES])
    }
    columns["extra"] = pa.array([[{"a": 1}], None, []])
    pq.write_table(pa.table(columns), path)


def _write_native_parquet(path: Path) -> None:
    day, rows = date(2020, 2, 29), 3
    columns: dict[str, pa.Array] = {name: pa.nulls(rows, pa.string()) for name in HEADER[TRAJECTORIES]}
    columns |= {
        "trajectory_id": pa.array(["n1", "n2", "n3"]).dictionary_encode(),
        "recorded_at": pa.array([datetime(2021, 1, 1, 23, 59, 59)] * rows, pa.timestamp("ns")),
        "is_void": pa.array([None, False, True]),
        "client_id": pa.array(["c2", "c3", "c4"], pa.large_string()),
        "ocmw_nis": pa.array(["11001", "21004", "11001"]),
        "start_date": pa.array([day] * rows, pa.date32()),
        "planned_end_date": pa.array([date(2021, 2, 27), day, day], pa.date32()),
        "end_date": pa.array([date(2021, 2, 28), None, None], pa.date32()),
        "migration_background": pa.array([True, False, None]),
    }
    pq.write_table(pa.table(columns), path)


@pytest.fixture(scope="module")
def formats(compiler: Compiler, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """Build one delivery of many file formats, without claims."""
    folder = tmp_path_factory.mktemp("formats")
    _write_formats(folder)
    lines = ["l1,2021-01-01,11001,c1,2020-11-01,loontoelage,payment,9999999999.99", "l2,,,,,,,"]
    (folder / "raw_subsidies_2024-03.csv").write_text(
        "\n".join([",".join(HEADER[LINES]), *lines]), encoding="utf-8"
    )
    _write_money_parquet(folder / "raw_subsidies_2024-04.parquet")
    write_headers(folder, TRAJECTORIES, LINES)
    return _landed(compiler, folder)


def _write_money_parquet(path: Path) -> None:
    rows = 2
    columns = {
        "line_id": pa.array(["p1", "p2"]),
        "booked_on": pa.array([date(2021, 1, 1)] * rows),
        "ocmw_nis": pa.array(["11001"] * rows),
        "client_id": pa.array(["c1"] * rows),
        "performance_month": pa.array([date(2020, 11, 30)] * rows),
        "stream": pa.array(["loontoelage"] * rows),
        "line_type": pa.array(["payment"] * rows),
        "amount_eur": pa.array([Decimal("9999999999.99"), Decimal("-0.01")], pa.decimal128(12, 2)),
    }
    pq.write_table(pa.table(columns), path)


def test_file_name_and_number_of_every_refused_row(formats: Landed) -> None:
    """Records are counted after the header; empty lines are none and a quoted line break ends none."""
    assert formats.found == {
        (TRAJECTORIES, "raw_trajectories.csv", 2): {"unknown_municipality", "surplus_fields"},
        (TRAJECTORIES, SHORT_FILE, 2): {"missing_required"},
        (TRAJECTORIES, SHORT_FILE, 3): {"missing_required"},
        (TRAJECTORIES, "raw_trajectories_tekst.parquet", 2): {"unknown_municipality"},
        (TRAJECTORIES, "raw_trajectories_tekst.parquet", 3): {"missing_required"},
        (TRAJECTORIES, "raw_trajectories_native.parquet", 2): {"unknown_municipality"},
        (LINES, "raw_subsidies_2024-03.csv", 2): {"missing_required"},
    }


def test_formats_give_the_numbers_counted_by_hand(formats: Landed) -> None:
    """Nothing is lost between forms of files; sums may exceed the largest single amount."""
    balance = formats.build.balance()
    assert balance[TRAJECTORIES] == (13, 7, 6)
    assert balance[LINES] == (4, 3, 1)
    assert balance[SPELLS] == balance[TRANSMISSIONS] == (0, 0, 0)
    [cell] = formats.build.query(
        "select * from marts.annex_3_wage_subsidies where year = 2020 and nis_code = '11001'"
    )
    assert (cell["gross_paid_eur"], cell["recovered_eur"]) == (Decimal("19999999999.98"), Decimal("-0.01"))
    found = report(all_differences(formats.build, judge(formats.folder)))
    assert found == "", found


def test_semicolons_with_quotes_and_accents(compiler: Compiler, folder: Path) -> None:
    """A quoted first field and an accent in the last one are read, whatever the separator."""
    write_headers(folder, TRANSMISSIONS)
    names = [*HEADER[TRANSMISSIONS], "opmerking"]
    values = [*_fields(TRANSMISSIONS, transmission_id="t1"), "café"]
    rows = [";".join(names), ";".join([_quoted(values[0]), *values[1:]])]
    (folder / "raw_transmissions.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    landed = _landed(compiler, folder)
    assert landed.build.balance()[TRANSMISSIONS] == (1, 1, 0)


def test_claims_without_a_file_are_not_available(formats: Landed) -> None:
    """Nobody delivered claims: NULL in every cell, never 0."""
    cells = formats.build.query("select distinct claims, claimed_eur from marts.annex_3_wage_subsidies")
    assert cells == [{"claims": None, "claimed_eur": None}]


def test_claims_with_only_refused_rows_are_available(compiler: Compiler, folder: Path) -> None:
    """One refused row is a delivery: counted and none found. Beside it Parquet types nobody asked for."""
    write_headers(folder, TRAJECTORIES)
    write_csv(
        folder / "raw_subsidy_claims_2021.csv",
        CLAIMS,
        [BASE[CLAIMS] | {"claim_id": "x", "ocmw_nis": "21004"}],
    )
    _write_odd_parquet(folder / "raw_trajectories.parquet")
    landed = _landed(compiler, folder)
    cells = landed.build.query("select distinct claims, claimed_eur from marts.annex_3_wage_subsidies")
    assert cells == [{"claims": 0, "claimed_eur": Decimal(0)}]
    delivered, accepted, quarantined = landed.build.balance()[TRAJECTORIES]
    assert delivered == accepted + quarantined == 2
    assert len([place for place in landed.found if place[0] == TRAJECTORIES]) == quarantined


def _write_odd_parquet(path: Path) -> None:
    """Write types that are neither text nor the native one: the build must still account for every row."""
    columns: dict[str, pa.Array] = {name: pa.nulls(2, pa.string()) for name in HEADER[TRAJECTORIES]}
    zoned = datetime(2021, 1, 1, 10, tzinfo=UTC)
    columns |= {
        "trajectory_id": pa.array([1, 2], pa.int64()),
        "recorded_at": pa.array([zoned, zoned], pa.timestamp("us", tz="UTC")),
        "is_void": pa.array([0, 1], pa.int8()),
        "client_id": pa.array([1.5, 2.5], pa.float64()),
        "ocmw_nis": pa.array([11001, 21004], pa.int32()),
        "start_date": pa.array([datetime(2020, 1, 1), datetime(2020, 1, 1, 10)], pa.timestamp("us")),
        "planned_end_date": pa.array([date(2021, 1, 1), None], pa.date64()),
        "gender": pa.array([b"M", b"V"], pa.binary()),
    }
    pq.write_table(pa.table(columns), path)


def test_native_values_outside_the_accepted_ones(compiler: Compiler, tmp_path: Path) -> None:
    """A native value that no accepted text could say is refused; no folder or column name gets in the way."""
    folder = tmp_path / "client_id=zz"
    folder.mkdir()
    write_headers(folder, LINES, TRANSMISSIONS)
    midnight, noon = datetime(2020, 12, 1), datetime(2020, 12, 1, 12)
    amounts = ["1.2300", "1.2345", "-0.5000", "1.0000"]
    _write_parquet(
        folder / "raw_subsidies.parquet",
        LINES,
        line_id=pa.array(["l1", "l2", "l3", "l4"]),
        amount_eur=pa.array([Decimal(amount) for amount in amounts], pa.decimal128(18, 4)),
        booked_on=pa.array([midnight, midnight, midnight, noon], pa.timestamp("us")),
        filename=pa.array(["elsewhere"] * 4),
        file_row_number=pa.array([7] * 4),
    )
    _write_parquet(
        folder / "raw_transmissions.parquet",
        TRANSMISSIONS,
        transmission_id=pa.array(["t1", "t2", "t3"]),
        decision_date=pa.array([None, None, date(1899, 12, 31)], pa.date32()),
        sanction_weeks=pa.array([4, 1_234_567_890, None], pa.int64()),
    )
    (folder / "raw_subsidies.doc").write_text("not taken", encoding="utf-8")
    assert "raw_subsidies.doc" in " ".join(land(str(folder)).warnings)
    build = compiler.build(folder)
    assert build.quarantine() == {
        (LINES, "raw_subsidies.parquet", 2): {"unreadable_value"},
        (LINES, "raw_subsidies.parquet", 4): {"unreadable_value"},
        (TRANSMISSIONS, "raw_transmissions.parquet", 3): {"unreadable_value"},
    }
    [refused] = build.query("select content from quality.quarantine where extract = 'raw_transmissions'")
    assert '"decision_date":"1899-12-31"' in str(refused["content"])
    assert build.query("select client_id, amount_eur from marts.fct_subsidy_lines order by line_id") == [
        {"client_id": BASE[LINES]["client_id"], "amount_eur": Decimal("1.23")},
        {"client_id": BASE[LINES]["client_id"], "amount_eur": Decimal("-0.50")},
    ]
    assert build.query("select sanction_weeks from staging.stg_transmissions order by transmission_id") == [
        {"sanction_weeks": 4},
        {"sanction_weeks": None},
        {"sanction_weeks": None},
    ]
    assert build.warned() == {TRANSMISSIONS: {"t2"}}


def _write_parquet(path: Path, extract: str, **columns: pa.Array) -> None:
    rows = len(next(iter(columns.values())))
    plain = {name: pa.array([value or None] * rows, pa.string()) for name, value in BASE[extract].items()}
    missing = {name: pa.nulls(rows, pa.string()) for name in HEADER[extract]}
    pq.write_table(pa.table(missing | plain | columns), path)


def test_files_without_rows(compiler: Compiler, folder: Path) -> None:
    """Headers alone build: dense marts full of zeros, claims not available, nothing refused."""
    write_headers(folder)
    write_csv(folder / "raw_subsidy_claims.csv", CLAIMS, [])
    landed = _landed(compiler, folder)
    assert landed.found == {}
    found = report(all_differences(landed.build, judge(folder)))
    assert found == "", found
    assert landed.build.query("select count(*) as cells from marts.annex_6_transmissions") == [
        {"cells": 1200}
    ]
    assert landed.build.query("select distinct claims from marts.annex_3_wage_subsidies") == [
        {"claims": None}
    ]


def _stops(folder: Path, *names: str) -> None:
    """The landing refuses the folder in one line with all names; dbt says it in test_personal_data.py."""
    with pytest.raises(DeliveryRefused) as refused:
        land(str(folder))
    (line,) = str(refused.value).splitlines()
    assert [name for name in names if name not in line] == []


def test_an_extract_without_file_stops_the_build(folder: Path) -> None:
    """Only claims may stay away."""
    write_headers(folder, SPELLS)
    _stops(folder, SPELLS)


def test_a_file_without_a_column_stops_the_build(folder: Path) -> None:
    """A required column must be there, in every file of its extract."""
    write_headers(folder)
    names = [name for name in HEADER[TRAJECTORIES] if name != "ocmw_nis"]
    (folder / "raw_trajectories_2024-03.csv").write_text(",".join(names) + "\n", encoding="utf-8")
    _stops(folder, "raw_trajectories_2024-03.csv", "ocmw_nis")


def test_a_parquet_file_without_a_column_stops_the_build(folder: Path) -> None:
    """The same for Parquet, here in the extract that may stay away altogether."""
    write_headers(folder)
    columns = {name: pa.array([], pa.string()) for name in HEADER[CLAIMS] if name != "claimed_eur"}
    pq.write_table(pa.table(columns), folder / "raw_subsidy_claims.parquet")
    _stops(folder, "raw_subsidy_claims.parquet", "claimed_eur")


def test_an_empty_file_stops_the_build(folder: Path) -> None:
    """A file without even a header lacks its columns."""
    write_headers(folder, TRANSMISSIONS)
    (folder / "raw_transmissions.csv").write_bytes(b"")
    _stops(folder, "raw_transmissions.csv")
