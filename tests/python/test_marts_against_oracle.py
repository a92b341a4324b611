"""Every cell of the annex marts, quarantine, balance and warnings against the plain-Python oracle.

A hundred random deliveries full of edges run on the compiled SQL without dbt, half as slow tests; a few
go through dbt itself, to prove that both give the same tables. More of them, for instance
TWE_ORACLE_SEEDS=1000-1999, run on request.
"""

import csv
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import pytest

from comparison import MEASURES, all_differences, report, type_differences
from compiled import Compiler, Warehouse
from deliveries import Shape, rewrite_shuffled, write_delivery
from oracle import Judgement, judge
from oracle.codes import EXTRACTS, Settings
from oracle.judge import GEOGRAPHY_DATE
from oracle.landing import read_folder
from warehouse import PROJECT, Build, Builder

JUDGED = (*MEASURES, "quarantine", "balance", "warnings")
WIDE = {1: (2015, 2030), 2: (2016, 2027), 3: (2008, 2030), 4: (2016, 2030), 5: (2017, 2031), 6: (2017, 2031)}
NARROW = {
    1: (2021, 2021),
    2: (2020, 2022),
    3: (2022, 2023),
    4: (2019, 2020),
    5: (2022, 2022),
    6: (2021, 2023),
}
CLAIMS = ("rows", "rows", "rows", "none", "header", "refused")


@dataclass(frozen=True)
class Question:
    """One set of variables."""

    as_of: date | None = None
    geography_date: date | None = None
    years: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)

    def variables(self) -> dict[str, object]:
        """Return the variables of dbt."""
        settings = self.settings
        given = {
            "as_of": self.as_of,
            "geography_date": self.geography_date,
            "reporting_years": self.years,
            "measure_months": settings.measure_months,
            "window_months": settings.window_months,
            "municipality_of": "residence" if settings.by_residence else None,
        }
        return {name: value for name, value in given.items() if value}

    def judge(self, folder: Path) -> Judgement:
        """Return what the oracle says about a delivery."""
        return judge(folder, self.as_of, self.geography_date or GEOGRAPHY_DATE, self.years, self.settings)


# Each as-of date is one of the busy days of the deliveries: events fall on it, to the last second.
QUESTIONS = {
    "defaults": Question(),
    "middle": Question(date(2021, 6, 30), date(2018, 6, 30)),
    "narrow": Question(None, GEOGRAPHY_DATE, NARROW),
    "wide": Question(date(2024, 2, 29), date(2018, 12, 31), WIDE),
    "residence": Question(None, date(2025, 1, 1), {}, Settings(3, by_residence=True)),
    "two_years": Question(date(2023, 2, 28), date(2019, 1, 1), {}, Settings(24, 12)),
}
DELIVERIES = {"defaults": 27, "middle": 20, "narrow": 15, "wide": 7, "residence": 16, "two_years": 15}


def _cases() -> list:
    """Return (question, seed) of every delivery; those on request are spread over all questions."""
    seeds = iter(range(1, sum(DELIVERIES.values()) + 1))
    found = [
        pytest.param(question, next(seeds), marks=pytest.mark.slow if number % 2 else ())
        for question, times in DELIVERIES.items()
        for number in range(times)
    ]
    if wanted := os.environ.get("TWE_ORACLE_SEEDS"):
        first, last = (int(part) for part in wanted.split("-"))
        names = list(QUESTIONS)
        found += [pytest.param(names[seed % len(names)], seed) for seed in range(first, last + 1)]
    return found


def _deliver(folder: Path, seed: int) -> None:
    write_delivery(folder, seed, Shape(claims=Random(seed).choice(CLAIMS)))


@pytest.mark.parametrize(("question", "seed"), _cases())
def test_every_cell_is_what_the_oracle_says(
    compiler: Compiler, folder: Path, question: str, seed: int
) -> None:
    """No cell, refused row or warning is missing, surplus or different."""
    _deliver(folder, seed)
    built = compiler.build(folder, QUESTIONS[question].variables(), JUDGED)
    expected = QUESTIONS[question].judge(folder)
    assert (found := report(all_differences(built, expected))) == "", found


@pytest.mark.slow
def test_dbt_builds_the_same_tables(builder: Builder, compiler: Compiler, folder: Path) -> None:
    """What is executed here without dbt is what dbt executes; its own data tests pass in both."""
    write_delivery(folder, 500)
    variables = QUESTIONS["residence"].variables() | {"max_quarantined_share": 1}
    build = builder.run(folder, variables, "--exclude-resource-type", "unit_test")
    assert build.exit_code == 0, build.output
    built = compiler.build(folder, variables)
    assert (found := report(_different_tables(built, build))) == "", found
    assert built.project.contract_breaches(built.connection) == []
    assert built.failing_tests() == {}


def test_dbt_builds_the_same_tables_from_the_bundled_data(compiler: Compiler, demonstration: Build) -> None:
    """Without variables the seeds are the delivery; a refused row is named after its seed."""
    built = compiler.build()
    assert (found := report(_different_tables(built, demonstration))) == "", found
    expected = judge(PROJECT / "seeds" / "raw")
    for rows in (ruling.delivered for ruling in expected.rulings.values()):
        for row in rows:
            row.source_file = row.extract
    assert (found := report(all_differences(built, expected))) == "", found


def _different_tables(built: Warehouse, build: Build) -> list[str]:
    """Return the models of which a row, a column or a type differs."""
    built.connection.execute(f"attach '{build.database}' as by_dbt (read_only)")
    found = []
    for model in built.project.models.values():
        if model.parameters is None:
            ours = model.relation
            theirs = ours.replace(f'"{built.project.catalog}"', "by_dbt", 1)
            if built.query(f"describe {ours}") != built.query(f"describe {theirs}"):
                found.append(f"{model.name}: other columns or types")
            for one, other in ((ours, theirs), (theirs, ours)):
                rows = built.query(f"from {one} except all from {other} limit 3")
                found += [f"{model.name}: only in {one}: {row}" for row in rows]
    return found


@pytest.mark.parametrize("mart", MEASURES)
def test_columns_and_types_are_the_published_ones(demonstration: Build, mart: str) -> None:
    """Every published column is there with its type."""
    assert (found := report(type_differences(demonstration, mart))) == "", found


def test_the_deliveries_reach_every_category(tmp_path: Path) -> None:
    """A comparison proves nothing about cells that stay empty: no category may be zero in all deliveries."""
    reached = set()
    wanted = set()
    for seed in range(1, 20, 2):  # those that are not slow tests
        folder = tmp_path / str(seed)
        folder.mkdir()
        _deliver(folder, seed)
        for mart, cells in judge(folder).marts.items():
            for key, measures in cells.items():
                for column in MEASURES[mart]:
                    cell = (mart, *(key[2:] if len(key) == 4 or "decisions" in mart else ()), column)
                    wanted.add(cell)
                    if measures[column]:
                        reached.add(cell)
    assert wanted - reached == set()


def test_order_and_files_of_the_rows_do_not_matter(compiler: Compiler, tmp_path: Path) -> None:
    """The same rows, shuffled over other files, give the same marts."""
    delivered, shuffled = tmp_path / "delivered", tmp_path / "shuffled"
    delivered.mkdir()
    shuffled.mkdir()
    write_delivery(delivered, 5)
    # A row with surplus fields is left out: what made it invalid is not in its texts.
    texts = {
        extract: [row.texts for row in rows if "surplus_fields" not in row.reasons]
        for extract, rows in read_folder(delivered).items()
    }
    rewrite_shuffled(texts, shuffled, 6)
    expected = judge(shuffled)
    assert expected.marts == judge(delivered).marts
    built = compiler.build(shuffled, None, JUDGED)
    assert (found := report(all_differences(built, expected))) == "", found


def test_a_placeholder_client_gives_one_warning_per_trajectory(compiler: Compiler, folder: Path) -> None:
    """Thousands of trajectories of one client all overlap; a warning per pair would be millions of rows."""
    registered = 8000
    for extract, columns in EXTRACTS.items():
        with (folder / f"{extract}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [column.name for column in columns])
            writer.writeheader()
            for number in range(registered if extract == "raw_trajectories" else 0):
                writer.writerow(
                    {
                        "trajectory_id": f"T{number}",
                        "recorded_at": "2022-01-01",
                        "client_id": "ONBEKEND",
                        "ocmw_nis": "44021",
                        "start_date": date(2020, 1 + number % 12, 1 + number % 28),
                        "planned_end_date": "2021-06-30",
                        "end_date": "2021-06-30" if number % 2 else "",
                    }
                )
    built = compiler.build(folder, None, ["warnings"])
    (counted,) = built.query(
        "select count(*) as warnings, count(distinct record_key) as trajectories from quality.warnings"
        " where warning = 'overlapping_trajectories'"
    )
    assert counted == {"warnings": registered, "trajectories": registered}


SPARSE: dict[str, Callable[[list[dict[str, str]]], list[dict[str, str]]]] = {
    "nothing ended": lambda rows: [row | dict.fromkeys({"end_date"} & row.keys(), "") for row in rows],
    "no wage subsidy": lambda rows: [row | dict.fromkeys({"stream"} & row.keys(), "premie") for row in rows],
    "one row per extract": lambda rows: rows[:1],
    "no rows": lambda rows: [],
}


@pytest.mark.parametrize("case", SPARSE)
def test_data_tests_pass_where_annexes_are_empty(compiler: Compiler, folder: Path, case: str) -> None:
    """A valid delivery is published whatever does not occur in it; what is expected of one only warns."""
    for path in (PROJECT / "seeds" / "raw").glob("raw_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [column.name for column in EXTRACTS[path.stem]])
            writer.writeheader()
            writer.writerows(SPARSE[case](rows))
    built = compiler.build(folder, {"max_quarantined_share": 1})
    assert built.failing_tests().keys() <= {"delivery_has_what_is_expected"}
