"""Other questions are answered by variables, code lists and deliveries, never by another model.

Every build is compared cell by cell with the plain-Python oracle under the same settings.
"""

import csv
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from comparison import all_differences, report
from deliveries import Shape, write_delivery
from oracle import judge
from oracle.codes import Settings
from twe.cli import main
from warehouse import PROJECT, WITHOUT_UNIT_TESTS, Build, Builder, copied_project

SMALL = Shape(trajectories=60, lines=120, spells=80, transmissions=60)
MODELS_ONLY = ("--exclude-resource-type", "test", "unit_test")
MUNICIPALITIES_OF_2025 = {"geography_date": date(2025, 1, 1)}
THREE_MONTHS = {"measure_months": 3, "municipality_of": "residence", **MUNICIPALITIES_OF_2025}
TWO_YEARS = {"measure_months": 24, "window_months": 6, "municipality_of": "residence"}
OTHER_AGES = (("15_to_29", 15, 29), ("30_to_44", 30, 44), ("45_to_80", 45, 80))
OTHER_DURATIONS = (
    ("under_1_year", 0, 11, "Minder dan 1 jaar"),
    ("second_year", 12, 23, "1 tot 2 jaar"),
    ("longer", 24, None, "2 jaar of langer"),
)


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the delivery of all questions."""
    folder = tmp_path_factory.mktemp("questions")
    write_delivery(folder, 21, SMALL)
    return folder


@pytest.fixture(scope="module")
def other_classes(builder: Builder, tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Return what builds a copy of the project in which only rows of code lists differ."""
    folder = tmp_path_factory.mktemp("classes")
    project = copied_project(folder / "project")
    ages = project / "seeds/reference/profile_categories.csv"
    kept = [row for row in _rows(ages) if row["dimension"] != "age" or row["category"] == "unknown"]
    own = [
        {"dimension": "age", "category": name, "lower_bound": first, "upper_bound": last}
        | {"sort_order": 100 + first, "label_nl": f"{first} tot en met {last} jaar"}
        for name, first, last in OTHER_AGES
    ]
    _write_rows(ages, [*kept, *own])
    named = project / "seeds/reference/sentence_figures.csv"
    youngest = [
        row | {"category": OTHER_AGES[0][0]} if row["dimension"] == "age" else row for row in _rows(named)
    ]
    _write_rows(named, youngest)
    durations = [
        {"duration_class": name, "lower_bound": first, "upper_bound": last}
        | {"sort_order": first, "label_nl": label}
        for name, first, last, label in OTHER_DURATIONS
    ]
    _write_rows(project / "seeds/reference/duration_classes.csv", durations)
    return replace(builder, workspace=folder, project=project)


@pytest.fixture(scope="module")
def three_months(other_classes: Builder, delivered: Path) -> Build:
    """Return the answer by residence, 3 months after the end, in 285 municipalities, with all tests."""
    build = other_classes.run(delivered, THREE_MONTHS, *WITHOUT_UNIT_TESTS)
    assert build.exit_code == 0, build.output
    return build


def test_every_cell_of_another_question(three_months: Build, delivered: Path) -> None:
    """Another moment, residences, the municipalities of 2025, other ages: every mart follows the rules."""
    settings = Settings(3, by_residence=True, age_classes=OTHER_AGES)
    expected = judge(delivered, None, date(2025, 1, 1), settings=settings)
    assert (found := report(all_differences(three_months, expected))) == "", found
    first = judge(delivered, None, date(2025, 1, 1)).marts
    changed = {mart for mart, cells in expected.marts.items() if cells != first[mart]}
    assert changed == set(first), "settings that change nothing"
    ages = expected.marts["annex_2_profile"].items()
    assert any(measures["trajectories"] for key, measures in ages if key[3] == "30_to_44")


def test_the_municipalities_of_2025(three_months: Build) -> None:
    """There are 285 of them, and a row for residences that are none of them."""
    (counted,) = three_months.query(
        "select count(*) filter (not is_newer_than_geography and not is_unknown_residence) as valid,"
        " count(*) filter (is_unknown_residence) as unknown from marts.dim_municipalities"
    )
    assert counted == {"valid": 285, "unknown": 1}


def test_duration_classes_hold_the_trajectories_of_their_months(three_months: Build) -> None:
    """The classes of annexes 1 and 4 add up what their marts hold by exact months."""
    for mart, column, dimension in (
        ("annex_1_started_trajectories", "planned_duration_months", "planned_duration"),
        ("annex_4_ended_trajectories", "duration_months", "duration"),
    ):
        by_hand: Counter[object] = Counter()
        for row in three_months.table(f"marts.{mart}"):
            by_hand[_class_of(int(str(row[column])))] += int(str(row["trajectories"]))
        told = three_months.query(
            "select category, sum(value) as trajectories from marts.figures"
            f" where dimension = '{dimension}' and area_level = 'region' group by all"
        )
        assert {row["category"]: row["trajectories"] for row in told} == by_hand
        assert len(by_hand) == len(OTHER_DURATIONS)


def test_workbook_and_page_say_what_was_asked(three_months: Build, tmp_path: Path) -> None:
    """Titles, notes, headings and the page name the months and the residence; nothing says 12 still."""
    to = ["--database", str(three_months.database), "--out", str(tmp_path), "--quiet"]
    assert main(["export", *to, "--edition", "exact"]) == 0
    assert main(["export", *to, "--edition", "public", "--format", "csv"]) == 0
    assert main(["report", *to, "--edition", "public"]) == 0
    book = load_workbook(tmp_path / "bijlagen.xlsx", read_only=True)
    cells = [
        str(value)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if value is not None
    ]
    page = (tmp_path / "rapport_publiek.html").read_text(encoding="utf-8")
    read_me = next((tmp_path / "csv_publiek").glob("*.txt")).read_text(encoding="utf-8")
    for text in ("\n".join(cells), page):
        assert "Uitstroom 3 maanden na het einde" in text
        assert "binnen 3 maanden na het einde" in text
        assert "wie in november 2021 eindigde, staat bij 2022" in text
        assert "de gemeente waar de cliënt volgens zijn traject woont" in text
        assert "de 285 vlaamse gemeenten van 1 januari 2025" in text.lower()
        assert "Woonplaats onbekend of buiten Vlaanderen" in text
        assert "12 maanden" not in text
        assert "2 jaar of langer" in text
        assert "niet bij de woonplaats" not in text
        assert "Provincie Onbekend" not in text
    assert "rijen volgens de gemeente van de woonplaats; meetdatum 3 maanden na het einde" in read_me
    assert "{measure_period}" not in page
    assert "{window_period}" not in page


@pytest.mark.slow
def test_another_question_into_the_same_warehouse(
    other_classes: Builder, three_months: Build, delivered: Path
) -> None:
    """24 months with a window of 6 into a warehouse of 3: every build is a full one."""
    shutil.copy(three_months.database, other_classes.workspace / "current.duckdb")
    settings = Settings(24, 6, by_residence=True, age_classes=OTHER_AGES)
    build = other_classes.run(delivered, TWO_YEARS, *MODELS_ONLY)
    assert build.exit_code == 0, build.output
    expected = judge(delivered, settings=settings)
    assert (found := report(all_differences(build, expected))) == "", found


def _class_of(months: int) -> str:
    fitting = (name for name, first, last, _ in OTHER_DURATIONS if first <= months <= (last or months))
    return next(fitting)


def _rows(path: Path) -> list[dict[str, object]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def _write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    """Write other rows under the same columns."""
    names = list(_rows(path)[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_answers_to_other_questions_are_not_compared(
    other_classes: Builder, three_months: Build, delivered: Path
) -> None:
    """A revision is another figure for the same question."""
    earlier = {"previous_database": str(three_months.database)}
    build = other_classes.build(delivered, THREE_MONTHS | {"measure_months": 6} | earlier)
    assert build.exit_code != 0
    said = f"{three_months.database}, whose variable measure_months is 3, not 6."
    assert f"The variable previous_database names {said}" in build.output


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("(0, 3), (4, 6), (7, null)", 0),
        ("(0, 3), (5, null)", 1),
        ("(0, 3), (3, null)", 1),
        ("(0, null), (4, null)", 1),
        ("(0, 3), (4, 6)", 1),
        ("(3, 0), (1, null)", 1),
    ],
    ids=["whole", "gap", "overlap", "open in between", "closed at the end", "upside down"],
)
def test_classes_that_do_not_fit_are_found(rows: str, wrong: int) -> None:
    """The test of the code lists finds gaps, overlaps and a last class that ends."""
    text = (PROJECT / "tests/singular/classes_are_contiguous.sql").read_text(encoding="utf-8")
    classes = f"select 'list', *, false from (values {rows})"
    query = (
        f"with classes (class_list, lower_bound, upper_bound, is_bounded) as ({classes}),"
        f" followed as {text.partition('followed as')[2]}"
    )
    assert len(duckdb.sql(query).fetchall()) >= wrong
    assert bool(duckdb.sql(query).fetchall()) is bool(wrong)
