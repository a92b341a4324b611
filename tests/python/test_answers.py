"""The sentences of Samenvatting: every number in them is computed again from the marts or the release."""

import csv
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from twe.cli import main
from twe.export.answers import Fact, filled
from twe.export.warehouse import BuildInfo, Protection

YEAR = 2023
ROUNDED = Protection("rounding", 5, 5, hides_amounts=False, number=None, register=None, content="")

COUNT = "select year, sum({what}) from marts.{mart} where {where} group by year"
STARTED, ENDED = "annex_1_started_trajectories", "annex_4_ended_trajectories"
PROFILE = {
    "female": "gender",
    "under_25": "age",
    "low_educated": "education",
    "yes": "migration_background",
    "2_years_plus": "unemployment_duration",
}
OF_PROFILE = {
    category: f"(dimension, category) = ('{dimension}', '{category}')"
    for category, dimension in PROFILE.items()
}
# Figures of Flanders per year, from the annexes themselves.
COUNTED = {
    "started": ("trajectories", STARTED, "true"),
    "paid": ("paid_eur", "annex_3_wage_subsidies", "true"),
    "gross": ("gross_paid_eur", "annex_3_wage_subsidies", "true"),
    "recovered": ("-recovered_eur", "annex_3_wage_subsidies", "true"),
    "months": ("subsidised_months", "annex_3_wage_subsidies", "true"),
    "ended": ("trajectories", ENDED, "true"),
    "completed": ("trajectories", ENDED, "ending = 'completed'"),
    "ended_early": ("trajectories", ENDED, "ending = 'ended_early'"),
    "measured": ("ended_trajectories", "annex_6_transmissions", "true"),
    "referred": ("trajectories_with_transmission", "annex_6_transmissions", "true"),
    "transmissions": ("transmissions", "annex_6_decisions", "true"),
    "work": ("trajectories", "annex_5_outflow", "outcome_group = 'work'"),
    "jobseeker": ("trajectories", "annex_5_outflow", "outcome = 'jobseeker'"),
    "living_wage": ("trajectories", "annex_5_outflow", "outcome = 'living_wage'"),
    **{name: ("trajectories", "annex_2_profile", where) for name, where in OF_PROFILE.items()},
}
EXACT = {
    name: COUNT.format(what=what, mart=mart, where=where) for name, (what, mart, where) in COUNTED.items()
} | {
    "mean": "select year, sum(trajectories * planned_duration_months) / sum(trajectories)"
    f" from marts.{STARTED} group by year"
}
PUBLIC = """
    select year, any_value(published_value) from publication.publication_figures
    where area_level = 'region' and annex = {annex} and {name} group by year
"""
PROTECTED = {
    "started": (1, "dimension = 'total'"),
    "months": (3, "measure = 'subsidised_months'"),
    "ended": (4, "dimension = 'total'"),
    "completed": (4, "dimension = 'ending' and category = 'completed'"),
    "ended_early": (4, "dimension = 'ending' and category = 'ended_early'"),
    "measured": (6, "measure = 'measured_trajectories' and dimension = 'total'"),
    "referred": (6, "dimension = 'transmission'"),
    "transmissions": (6, "measure = 'transmissions' and dimension = 'total'"),
    "work": (5, "dimension = 'outcome_group' and category = 'work'"),
    "jobseeker": (5, "category = 'other/jobseeker'"),
    "living_wage": (5, "category = 'other/living_wage'"),
    **{name: (2, where) for name, where in OF_PROFILE.items()},
}
Values = dict[str, dict[int, Decimal]]


def _values(path: Path, queries: dict[str, str]) -> Values:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            name: {year: Decimal(str(value)) for year, value in connection.execute(query).fetchall()}
            for name, query in queries.items()
        }


@cache
def _exported(database: Path, edition: str) -> Path:
    out = database.parent / edition
    arguments = ["--database", str(database), "--out", str(out), "--edition", edition, "--quiet"]
    for kind in ("xlsx", "csv"):
        assert main(["export", *arguments, "--format", kind]) == 0
    return out


def _half_up(value: Decimal, digits: str = "1") -> Decimal:
    return value.quantize(Decimal(digits), ROUND_HALF_UP)


def _dutch(value: Decimal) -> str:
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def _numbers(values: Values, least: int, doubt: int) -> list[list[str]]:
    """Return the numbers that each sentence may and must hold, in their order."""
    now = {name: found[YEAR] for name, found in values.items()}
    before = {name: found[YEAR - 1] for name, found in values.items()}

    def share(name: str, of: str) -> str:
        return str(_half_up(100 * now[name] / now[of]))

    def change(name: str) -> list[str]:
        difference = now[name] - before[name]
        size = _half_up(abs(100 * difference / before[name]))
        if not size or (name != "paid" and abs(difference) < 2 * doubt):
            return [str(YEAR - 1)]
        return [str(size), str(YEAR - 1)]

    def points(name: str, of: str) -> list[str]:
        difference = now[name] / now[of] - before[name] / before[of]
        size = _half_up(abs(100 * difference))
        if not size or abs(difference) < Decimal(2 * doubt) / now[of]:
            return [str(YEAR - 1)]
        return [str(size), str(YEAR - 1)]

    def euro(name: str) -> str:
        return _dutch(_half_up(now[name]))

    # One amount below half a million, so that all are in euro.
    assert now["recovered"] < 500_000 < 1_000_000 < now["paid"] < now["gross"]
    assert min(now["started"], now["ended"], now["measured"]) >= least
    assert 9 < now["transmissions"] < least, "the demonstration has too few for percentages"
    year, ten = str(YEAR), str(YEAR + 10)
    started, ended, measured = (_dutch(now[name]) for name in ("started", "ended", "measured"))
    means = [_dutch(_half_up(found["mean"], "0.1")) for found in (now, before)]
    profile = [share(name, "started") for name in ("female", "under_25", "low_educated", "yes")]
    long = "2_years_plus"
    return [
        [year, started, *change("started"), *means, str(YEAR - 1)],
        [year, *profile[:2], "25", *profile[2:], "2", share(long, "started"), *points(long, "started")],
        [
            *(_dutch(now["months"]), year, euro("paid"), *change("paid"), euro("gross")),
            *(euro("recovered"), ten),
        ],
        [
            *(year, ended, *change("ended"), share("completed", "ended")),
            *(share("ended_early", "ended"), *points("ended_early", "ended")),
        ],
        [
            *(measured, year, "12", share("work", "measured"), *points("work", "measured")),
            *(share("jobseeker", "measured"), share("living_wage", "measured")),
        ],
        [
            *(measured, year, share("referred", "measured"), "12"),
            *(*points("referred", "measured"), _dutch(now["transmissions"])),
        ],
        [],
    ]


def _told(book: Path) -> list[list[str]]:
    sheet = load_workbook(book)["Samenvatting"]
    (table,) = sheet.tables.values()
    rows = [[cell.value for cell in row] for row in sheet[table.ref]][1:]
    return [re.findall(r"\d+(?:[.,]\d+)*", row[1]) for row in rows]


def test_every_number_of_the_exact_edition_is_that_of_the_marts(database: Path) -> None:
    book = _exported(database, "exact") / "bijlagen.xlsx"
    above = [cell.value for cell in load_workbook(book)["Samenvatting"]["A"]]
    assert f"{YEAR} is het recentste verslagjaar met volledige gegevens." in above
    found = _told(book)
    assert found == _numbers(_values(database, EXACT), least=20, doubt=0)


def test_every_number_of_the_public_edition_is_that_of_the_release(database: Path) -> None:
    """Amounts and means are exact there; counts and shares are of published counts."""
    found = _told(_exported(database, "public") / "bijlagen_publiek.xlsx")
    release = database.with_suffix(".publication.duckdb")
    protected = {name: PUBLIC.format(annex=annex, name=text) for name, (annex, text) in PROTECTED.items()}
    values = _values(database, EXACT) | _values(release, protected)
    assert found == _numbers(values, least=50, doubt=5)


@pytest.mark.parametrize("edition", ["exact", "public"])
def test_the_package_has_the_figures_behind_the_answers(database: Path, edition: str) -> None:
    """Of every year, with shares of what is large enough only."""
    folder = _exported(database, edition) / ("csv" if edition == "exact" else "csv_publiek")
    with (folder / "answers.csv").open(encoding="utf-8") as file:
        rows = {(row["answer"], row["name"], row["year"]): row for row in csv.DictReader(file)}
    least = 20 if edition == "exact" else 50
    for (answer, _, year), row in rows.items():
        base = rows[answer, row["share_of"], year]["value"] if row["share_of"] else ""
        assert row["base_value"] == base
        if row["value"] and base and abs(Decimal(base)) >= least:
            assert abs(Decimal(row["share"]) - Decimal(row["value"]) / Decimal(base)) <= Decimal("0.0000005")
        else:
            assert row["share"] == ""
        earlier = rows.get((answer, row["name"], str(int(year) - 1)))
        assert row["previous_value"] == (earlier["value"] if earlier else "")
    assert len(rows) > 100


def _fact(value: str | None, kind: str = "count", **more: str) -> Fact:
    others = {name: Decimal(text) for name, text in more.items()}
    names = ("previous", "change", "share", "base", "previous_share")
    given = [others.get(name) for name in names]
    return Fact(None if value is None else Decimal(value), *given, kind, int(others.get("units", 1)))


@pytest.mark.parametrize(
    ("known_until", "years", "told"),
    [
        (date(2021, 12, 31), range(2019, 2024), 2021),
        (date(2021, 12, 30), range(2019, 2024), 2020),
        (date(2020, 6, 30), range(2020, 2024), 2020),
        (date(2019, 6, 30), range(2020, 2024), 2020),
        (date(2024, 12, 31), range(2020, 2024), 2023),
    ],
)
def test_the_summary_describes_the_last_complete_year(known_until: date, years: range, told: int) -> None:
    """Or else of the last year with data so far, or else of the first one."""
    build: Any = SimpleNamespace(known_until=known_until)
    build.last_complete_year = BuildInfo.last_complete_year.fget(build)  # type: ignore[attr-defined]
    assert BuildInfo.year_to_describe(build, years) == told


@pytest.mark.parametrize(
    ("text", "fact", "protection", "expected"),
    [
        ("{n:startte # traject/startten # trajecten}", _fact("1"), None, "startte 1 traject"),
        ("{n:startte # traject/startten # trajecten}", _fact("0"), None, "startten geen trajecten"),
        ("{n:startte # traject/startten # trajecten}", _fact("0"), ROUNDED, "startten 0 tot 4 trajecten"),
        ("[Er waren {n.none} transmissies.|te weinig]", _fact("0"), None, "Er waren geen transmissies."),
        ("[Er waren {n.none} transmissies.|te weinig]", _fact("0"), ROUNDED, "te weinig"),
        ("[Er waren {n.none} transmissies.|te weinig]", _fact("1"), None, "te weinig"),
        ("{n}", _fact("5"), ROUNDED, "1 tot 9"),
        ("{n}", _fact("10"), ROUNDED, "ongeveer 10"),
        ("{n} maanden", _fact("0", units="12"), ROUNDED, "0 tot 59 maanden"),
        ("{n} maanden", _fact("60", units="12"), ROUNDED, "1 tot 119 maanden"),
        ("{n} maanden", _fact("120", units="12"), ROUNDED, "ongeveer 120 maanden"),
        ("{n} euro", _fact("0", "amount"), ROUNDED, "0 euro"),
        ("{n} euro", _fact("999999.50", "amount"), None, "1.000.000 euro"),
        ("{n} euro", _fact("1250000", "amount"), None, "1,3 miljoen euro"),
        ("{n.size} euro", _fact("-1234.5", "amount"), None, "1.235 euro"),
        ("{n.change}", _fact("3", change="-0.25", previous="4"), None, "25\u00a0% minder dan in 2022"),
        (
            "{n.change}",
            _fact("96", change="-0.04", previous="100"),
            ROUNDED,
            "zonder duidelijk verschil met 2022",
        ),
        (
            "{n.change}",
            _fact("100", change="0", previous="1000"),
            ROUNDED,
            "zonder duidelijk verschil met 2022",
        ),
        ("{n.change}", _fact("1005", change="0", previous="1005"), ROUNDED, "ongeveer evenveel als in 2022"),
        (
            "{n.change}",
            _fact("90", change="-0.1", previous="100"),
            ROUNDED,
            "ongeveer 10\u00a0% minder dan in 2022",
        ),
        ("{n.change}", _fact("900", change="-0.1", previous="1005"), ROUNDED, "10\u00a0% minder dan in 2022"),
        ("{n.change}", _fact("4", change="0.004", previous="4"), None, "ongeveer evenveel als in 2022"),
        (
            "{n.points}",
            _fact("30", share="0.3", base="100", previous_share="0.25"),
            None,
            "5 procentpunt meer dan in 2022",
        ),
        ("{n.share}", _fact("1", share="0.004"), None, "minder dan 1\u00a0%"),
        ("{n.share}", _fact("0", share="0"), None, "0\u00a0%"),
        ("{n.share}", _fact("0", share="0", base="150"), ROUNDED, "minder dan 4\u00a0%"),
        ("{n.share}", _fact("30", share="0.3", base="100"), ROUNDED, "ongeveer 30\u00a0%"),
        ("{n.share}", _fact("300", share="0.2985", base="1005"), ROUNDED, "30\u00a0%"),
        ("{n.share}", _fact("30", share="0.3", base="100"), None, "30\u00a0%"),
        ("[{n.share} had werk|te weinig] {n}", _fact("3"), None, "te weinig 3"),
        ("Klaar[, {n.share} had werk].", _fact("3"), None, "Klaar."),
        ("Er zijn {n}.", _fact(None), None, "Er zijn een onbekend aantal."),
        ("{year} {previous_year} {year+10}", _fact("3"), None, "2023 2022 2033"),
    ],
)
def test_places_of_a_sentence(text: str, fact: Fact, protection: Protection | None, expected: str) -> None:
    assert filled(text, YEAR, {"n": fact}, protection) == expected


@pytest.mark.parametrize(
    ("recovered", "expected"),
    [
        ("-499999", "1.250.000 euro bruto, 499.999 euro terug"),
        ("-500000", "1,3 miljoen euro bruto, 0,5 miljoen euro terug"),
        ("0", "1,3 miljoen euro bruto, 0 euro terug"),
    ],
)
def test_a_sentence_has_one_unit(recovered: str, expected: str) -> None:
    facts = {"gross": _fact("1250000", "amount"), "recovered": _fact(recovered, "amount")}
    text = "{gross} euro bruto, {recovered.size} euro terug"
    assert filled(text, YEAR, facts, None) == expected
