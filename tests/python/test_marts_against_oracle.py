"""Every cell of every mart against the plain-Python oracle, on random deliveries full of edges.

More deliveries: TWE_ORACLE_SEEDS=100-120 pytest tests/python/test_marts_against_oracle.py
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import pytest

from comparison import (
    MEASURES,
    all_differences,
    balance_differences,
    mart_differences,
    quarantine_differences,
    report,
    type_differences,
)
from deliveries import Shape, rewrite_shuffled, write_delivery
from oracle import Judgement, judge
from oracle.codes import Settings
from oracle.judge import GEOGRAPHY_DATE
from oracle.landing import read_folder
from oracle.validity import moment
from warehouse import PROJECT, Build, Builder

WIDE = {1: (2015, 2030), 2: (2016, 2027), 3: (2008, 2030), 4: (2016, 2030), 5: (2017, 2031), 6: (2017, 2031)}
NARROW = {
    1: (2021, 2021),
    2: (2020, 2022),
    3: (2022, 2023),
    4: (2019, 2020),
    5: (2022, 2022),
    6: (2021, 2023),
}
ON_A_VERSION = "on the day of a version"


@dataclass(frozen=True)
class Scenario:
    """One delivery with the variables of one build."""

    name: str
    seed: int
    claims: str = "rows"
    as_of: date | str | None = None
    geography_date: date | None = None
    years: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)


SCENARIOS = [
    Scenario("defaults", 1),
    Scenario("middle", 1, as_of=date(2021, 6, 30), geography_date=date(2018, 6, 30)),
    Scenario("version_day", 2, "none", as_of=ON_A_VERSION, geography_date=date(2025, 1, 1), years=WIDE),
    Scenario("narrow", 3, "refused", geography_date=GEOGRAPHY_DATE, years=NARROW),
    Scenario("wide", 4, "header", as_of=date(2024, 2, 29), geography_date=date(2018, 12, 31), years=WIDE),
]


def _more_scenarios() -> list[Scenario]:
    """Draw scenarios for the seeds of the environment variable, written as first-last."""
    wanted = os.environ.get("TWE_ORACLE_SEEDS")
    if not wanted:
        return []
    first, last = (int(part) for part in wanted.split("-"))
    return [_drawn(seed) for seed in range(first, last + 1)]


def _drawn(seed: int) -> Scenario:
    rng = Random(seed)
    return Scenario(
        f"seed_{seed}",
        seed,
        rng.choice(("rows", "rows", "none", "header", "refused")),
        rng.choice(
            (None, ON_A_VERSION, date(rng.randint(2018, 2026), rng.randint(1, 12), rng.randint(1, 28)))
        ),
        rng.choice((None, date(2018, 12, 31), date(2019, 1, 1), date(2025, 1, 1))),
        rng.choice(({}, WIDE, NARROW)),
        rng.choice((Settings(), Settings(3), Settings(24, 12), Settings(by_residence=True))),
    )


@dataclass(frozen=True)
class Case:
    """A finished build and what the oracle says about it."""

    build: Build
    judgement: Judgement


def _as_of(scenario: Scenario, folder: Path) -> date | None:
    if scenario.as_of != ON_A_VERSION:
        assert not isinstance(scenario.as_of, str)
        return scenario.as_of
    accepted = judge(folder).rulings["raw_trajectories"].accepted
    late = sorted(when for when in map(moment, accepted) if when.hour == 23)
    return late[len(late) * 2 // 3].date()


def _variables(as_of: date | None, scenario: Scenario) -> dict[str, object]:
    given = {"as_of": as_of, "geography_date": scenario.geography_date, "reporting_years": scenario.years}
    settings = scenario.settings
    given |= {"measure_months": settings.measure_months, "window_months": settings.window_months}
    given |= {"municipality_of": "residence" if settings.by_residence else None}
    return {name: value for name, value in given.items() if value}


@pytest.fixture(scope="module", params=[*SCENARIOS, *_more_scenarios()], ids=lambda scenario: scenario.name)
def case(
    request: pytest.FixtureRequest, builder: Builder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Case]:
    """Build one scenario with dbt and judge it."""
    scenario: Scenario = request.param
    folder = tmp_path_factory.mktemp(scenario.name)
    write_delivery(folder, scenario.seed, Shape(claims=scenario.claims))
    as_of = _as_of(scenario, folder)
    build = builder.build(folder, _variables(as_of, scenario))
    assert build.exit_code == 0, build.output
    geography_date = scenario.geography_date or GEOGRAPHY_DATE
    yield Case(build, judge(folder, as_of, geography_date, scenario.years, scenario.settings))
    build.database.unlink()


@pytest.mark.parametrize("mart", MEASURES)
def test_every_cell_is_what_the_oracle_says(case: Case, mart: str) -> None:
    """No cell is missing, surplus or different."""
    assert (found := report(mart_differences(case.build, case.judgement, mart))) == "", found


@pytest.mark.parametrize("mart", MEASURES)
def test_columns_and_types_are_the_published_ones(case: Case, mart: str) -> None:
    """Every published column is there with its type."""
    assert (found := report(type_differences(case.build, mart))) == "", found


def test_quarantine_holds_every_refused_row_with_all_its_reasons(case: Case) -> None:
    """Every refused row is there with all its reasons, and no other."""
    assert (found := report(quarantine_differences(case.build, case.judgement))) == "", found


def test_balance_adds_up(case: Case) -> None:
    """Delivered, accepted and quarantined are what the oracle counts."""
    assert (found := report(balance_differences(case.build, case.judgement))) == "", found


def test_the_deliveries_reach_every_category(tmp_path: Path) -> None:
    """A comparison proves nothing about cells that stay empty: no category may be zero in all scenarios."""
    reached = set()
    wanted = set()
    for scenario in SCENARIOS:
        folder = tmp_path / scenario.name
        folder.mkdir()
        write_delivery(folder, scenario.seed, Shape(claims=scenario.claims))
        for mart, cells in judge(folder).marts.items():
            for key, measures in cells.items():
                for column in MEASURES[mart]:
                    cell = (mart, *(key[2:] if len(key) == 4 or "decisions" in mart else ()), column)
                    wanted.add(cell)
                    if measures[column]:
                        reached.add(cell)
    assert wanted - reached == set()


def test_order_and_files_of_the_rows_do_not_matter(builder: Builder, tmp_path: Path) -> None:
    """The same rows, shuffled over other files, give the same marts."""
    delivered, shuffled = tmp_path / "delivered", tmp_path / "shuffled"
    delivered.mkdir()
    shuffled.mkdir()
    write_delivery(delivered, 5)
    texts = {extract: [row.texts for row in rows] for extract, rows in read_folder(delivered).items()}
    rewrite_shuffled(texts, shuffled, 6)
    build, expected = builder.build(shuffled), judge(delivered)
    assert build.exit_code == 0, build.output
    differences = [line for mart in MEASURES for line in mart_differences(build, expected, mart)]
    differences += balance_differences(build, expected)
    differences += quarantine_differences(build, judge(shuffled))
    assert (found := report(differences)) == "", found


def test_the_bundled_data_is_read_as_the_oracle_reads_it(builder: Builder) -> None:
    """Without variables the seeds are the delivery; a refused row is named after its seed."""
    build, expected = builder.build(), judge(PROJECT / "seeds" / "raw")
    assert build.exit_code == 0, build.output
    for rows in (ruling.delivered for ruling in expected.rulings.values()):
        for row in rows:
            row.source_file = row.extract
    assert (found := report(all_differences(build, expected))) == "", found


def test_a_whole_build_with_all_its_tests_accepts_any_delivery(builder: Builder, tmp_path: Path) -> None:
    """Bad rows cost themselves, never the build: its own data tests pass too."""
    write_delivery(tmp_path, 7)
    done = builder.run(tmp_path, {})
    assert done.exit_code == 0, done.output
