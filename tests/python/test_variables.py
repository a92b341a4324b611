"""Variables: wrong ones stop the build with one clear sentence, right ones work in every YAML form."""

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from comparison import all_differences, report
from deliveries import Shape, write_delivery
from oracle import judge
from warehouse import Build, Builder

SQL = re.compile(r"\b(select|create|with)\b.*\b(from|as|table|view)\b", re.IGNORECASE)

WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"as_of": "2023-02-30"}, "as_of", "2023-02-30"),
    ({"as_of": "31/12/2023"}, "as_of", "31/12/2023"),
    ({"as_of": 20231231}, "as_of", "20231231"),
    ({"geography_date": "2024-13-01"}, "geography_date", "2024-13-01"),
    ({"reporting_years": {7: [2020, 2023]}}, "reporting_years", "7"),
    ({"reporting_years": {1: [2023, 2020]}}, "reporting_years", "2023"),
    ({"reporting_years": {1: 2020}}, "reporting_years", "2020"),
    ({"reporting_years": {2: ["twintig", 2020]}}, "reporting_years", "twintig"),
    ({"measure_months": 0}, "measure_months", "0"),
    ({"measure_months": "drie"}, "measure_months", "drie"),
    ({"window_months": 13}, "window_months", "13"),
    ({"municipality_of": "woonplaats"}, "municipality_of", "woonplaats"),
    ({"asof": "2023-12-31"}, "asof", "as_of"),
    ({"raw_path": "/geen/map/hier"}, "raw_path", "/geen/map/hier"),
]


@pytest.mark.parametrize(("variables", "name", "value"), WRONG, ids=lambda item: str(item))
def test_a_wrong_variable_stops_the_build(
    builder: Builder, variables: dict[str, object], name: str, value: str
) -> None:
    """The message names the variable and what was given, and shows no SQL and no traceback."""
    build = builder.build(None, variables)
    assert build.exit_code != 0
    said = [line for line in build.output.splitlines() if name in line and value in line]
    assert said, build.output
    assert "Traceback" not in build.output
    assert not SQL.search(build.output), build.output


def test_right_variables_work_in_every_form(builder: Builder, folder: Path) -> None:
    """Dates may be YAML dates or texts, annexes numbers or texts; those not named keep their years."""
    write_delivery(folder, 11, Shape(trajectories=40, lines=60, spells=40, transmissions=40))
    years: dict[object, object] = {1: [2018, 2018], "3": [2016, 2024]}
    dates = {"as_of": date(2022, 12, 31), "geography_date": "2025-01-01"}
    build = builder.build(folder, dates | {"reporting_years": years})
    assert build.exit_code == 0, build.output
    given = {1: (2018, 2018), 3: (2016, 2024)}
    expected = judge(folder, date(2022, 12, 31), date(2025, 1, 1), given)
    assert (found := report(all_differences(build, expected))) == "", found


def test_views_answer_under_any_name_of_the_catalog(demonstration: Build) -> None:
    """A view that names the catalog in which it was made breaks when the warehouse is renamed or attached."""
    views = demonstration.query(
        "select schema_name || '.' || view_name as name from duckdb_views() where not internal"
    )
    assert views
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demonstration.database}' as other (read_only)")
        for view in views:
            assert connection.execute(f"from other.{view['name']} limit 1").fetchall()
