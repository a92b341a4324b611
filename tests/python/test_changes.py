"""The list of changes between two releases: every figure that differs, and which kind of change it is."""

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from twe.changes import HEADERS, Step, read_changes
from twe.cli import main
from twe.errors import ExportError
from warehouse import Build


def release(path: Path, figures: str, day: str = "2024-12-31", geography: str = "2024-12-31") -> Path:
    """Write what the list reads of a release; rows are (area_level, area_code, area, year, value)."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            create schema marts;
            create table marts.dim_parameters as select
                date '{day}' as as_of, date '{geography}' as geography_date, 12 as measure_months,
                12 as window_months, 'OCMW' as municipality_of_label_nl;
            create table marts.dim_figures as select
                1 as annex, 'trajectories' as measure, 'total' as dimension, 'total' as category,
                'Trajecten: totaal' as header_nl, 'Totaal' as label_nl,
                'Trajecten' as measure_label_nl, 'trajecten' as unit_nl,
                1 as sort_order;
            create table marts.figures as
            select
                1 as annex, 'trajectories' as measure, 'total' as dimension, 'total' as category, rows.*
            from (values {figures}) as rows (area_level, area_code, area, year, value);
            """
        )
    return path


OLD = "('region', '02000', 'Vlaanderen', 2022, 200), ('municipality', '11002', 'Antwerpen', 2022, 40)"


@pytest.mark.parametrize(
    ("figures", "geography", "step", "values"),
    [
        (OLD, "2024-12-31", Step.NONE, []),
        (OLD.replace("200)", "205)"), "2024-12-31", Step.PATCH, [("Vlaanderen", 200, 205)]),
        (OLD.replace("40)", "null)"), "2024-12-31", Step.PATCH, [("Antwerpen", 40, None)]),
        (f"{OLD}, ('region', '02000', 'Vlaanderen', 2023, 7)", "2024-12-31", Step.MINOR, []),
        (OLD.replace("2022", "2023"), "2024-12-31", Step.MINOR, []),
        (OLD, "2025-12-31", Step.MAJOR, []),
    ],
    ids=["nothing", "other figure", "left out", "new year", "other years", "other geography"],
)
def test_what_differs_and_which_step_it_is(
    tmp_path: Path, figures: str, geography: str, step: Step, values: list[tuple[str, int, int | None]]
) -> None:
    """Only figures of years that both have are compared one by one."""
    changes = read_changes(
        [release(tmp_path / "old.duckdb", OLD)],
        release(tmp_path / "it's new.duckdb", figures, geography=geography),
    )
    assert changes.step is step and changes.reasons
    assert [(row.area, row.old, row.new) for row in changes.rows] == values


def test_the_command_says_and_writes_every_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = release(tmp_path / "old.duckdb", OLD)
    new = release(tmp_path / "new.duckdb", OLD.replace("40)", "45)"), day="2025-03-31")
    target = tmp_path / "wijzigingen.csv"
    assert main(["changes", str(old), str(new), "--out", str(target)]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "From 2024-12-31 to 2025-03-31: patch (1 figures differ).",
        "Annex 1: 1 figures differ in years that both have.",
    ]
    with target.open(encoding="utf-8", newline="") as file:
        headers, *rows = csv.reader(file)
    assert headers == [*HEADERS]
    name = ["Trajecten: totaal", "trajectories", "total", "total"]
    place = ["municipality", "11002", "Antwerpen", "2022"]
    assert rows == [["1", *name, *place, "trajecten", "40", "45", "2025-03-31", "2024-12-31", "2025-03-31"]]


def test_since_when_a_figure_is_what_it_is(tmp_path: Path) -> None:
    """The first release in between that has the value until now; one that came back is new again."""
    states = [(200, 40, 7), (205, 40, 7), (205, 45, None), (205, 40, None), (205, 45, None)]
    paths = [
        release(
            tmp_path / f"{number}.duckdb",
            f"('region', '02000', 'Vlaanderen', 2022, {one}), ('municipality', '1', 'A', 2022, {two}),"
            f" ('municipality', '2', 'B', 2022, {'null' if three is None else three})",
            day=f"2024-0{number + 1}-01",
        )
        for number, (one, two, three) in enumerate(states)
    ]
    changes = read_changes(paths[:-1], paths[-1])
    assert [(row.area, row.old, row.new, row.since.month) for row in changes.rows] == [
        ("Vlaanderen", 200, 205, 2),
        ("A", 40, 45, 5),
        ("B", 7, None, 3),
    ]
    with pytest.raises(ExportError, match="oldest first"):
        read_changes([paths[1], paths[0]], paths[-1])


def test_figures_without_a_heading_are_named(tmp_path: Path) -> None:
    """An exact number of months, and a class that is no longer defined."""
    old, new = release(tmp_path / "old.duckdb", OLD), release(tmp_path / "new.duckdb", OLD)
    for category in ("13", "over_24_months"):
        with duckdb.connect(str(old)) as connection:
            connection.execute(
                "insert into marts.figures select * replace ('planned_duration_months' as dimension,"
                f" '{category}' as category) from marts.figures where area_code = '02000' limit 1"
            )
    assert [row.figure for row in read_changes([old], new).rows] == [
        "Trajecten: 13",
        "trajectories planned_duration_months over_24_months",
    ]


def test_only_what_readers_have_is_compared_with_what_is_sent(tmp_path: Path) -> None:
    """Beside a release exact figures would be listed as old values; a draft never left the house."""
    warehouse = release(tmp_path / "warehouse.duckdb", OLD)
    sent, draft, tens = (release(tmp_path / f"{name}.duckdb", OLD) for name in ("sent", "draft", "tens"))
    provinces = release(tmp_path / "provinces.duckdb", OLD)
    for path, number, base, way in (
        (sent, "1", 5, None),
        (draft, "null", 5, None),
        (tens, "2", 10, None),
        (provinces, "3", 5, "provinces"),
    ):
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                "create schema publication;"
                f" create table publication.release as select {number}::int as release, 'rounding' as method,"
                f" {base} as base, 5 as threshold;"
                "create table publication.choices (name varchar, value varchar);"
            )
            connection.execute("insert into publication.choices values ('after_merger', ?)", [way])
    assert read_changes([draft], sent).step is Step.NONE
    assert read_changes([sent], draft, is_sent=True).step is Step.NONE
    by_tens = read_changes([sent], tens)
    assert (by_tens.step, by_tens.reasons) == (Step.MAJOR, ("base was 5, is 10",))
    by_provinces = read_changes([sent], provinces)
    assert by_provinces.reasons == ("after_merger was not given, is provinces",)
    for old, told in ((warehouse, "one is a release, the other a warehouse"), (draft, "is a draft")):
        with pytest.raises(ExportError, match=told):
            read_changes([sent, old], sent, is_sent=True)


def test_workbook_and_package_list_every_change(demonstration: Build, tmp_path: Path) -> None:
    earlier, out = tmp_path / "earlier.duckdb", tmp_path / "out"
    shutil.copy(demonstration.database, earlier)
    with duckdb.connect(str(earlier)) as connection:
        connection.execute(
            "update marts.figures set value = value + 0.125 where annex = 3 and measure = 'paid_eur'"
            " and dimension = 'total' and area_level = 'region' and year = 2022"
        )
        removed = connection.execute(
            "delete from marts.figures where annex = 5 and area_code = '11002' and year = 2022"
            " returning value"
        ).fetchall()
        months = connection.execute(
            "update marts.figures set value = value + 1 where annex = 4 and dimension = 'completed'"
            " and area_level = 'region' and year = 2022 returning category || ' maanden'"
        ).fetchall()
    database = ("--database", str(demonstration.database), "--out", str(out))
    for written in ("xlsx", "csv"):
        assert main(["export", "--format", written, *database, "--previous", str(earlier)]) == 0
    with (out / "csv" / "wijzigingen.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    package = json.loads((out / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert len(names) == len(set(names)), resource["name"]
    assert removed and months and len(rows) == len(removed) + len(months) + 1
    ended = {(row["figure"], row["unit"]) for row in rows if row["annex"] == "4"}
    assert ended == {(f"Uitgevoerd zoals gepland: {name}", "trajecten") for (name,) in months}
    (paid,) = (row for row in rows if row["annex"] == "3")
    assert Decimal(paid["old_value"]) - Decimal(paid["new_value"]) == Decimal("0.125")
    assert {paid["old_as_of"], paid["new_as_of"]} == {"2024-12-31"}
    assert all(row["old_value"] == "" for row in rows if row["annex"] == "5")
    shown = changes_in(out / "bijlagen.xlsx")
    assert len(shown) == len(rows)
    assert {row[6] for row in shown if row[0] == 5} == {"[x]"}
    assert [round(row[6] - row[7], 2) for row in shown if row[0] == 3] == [0.13]
    assert main(["export", "--annex", "3", *database, "--previous", str(earlier)]) == 0
    assert changes_in(out / "bijlage_3.xlsx") == [row for row in shown if row[0] == 3]


def changes_in(workbook: Path) -> list[tuple[Any, ...]]:
    """Return the rows of the sheet with what changed."""
    sheet = load_workbook(workbook, read_only=True)["Wijzigingen"]
    return [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]


def test_what_can_not_be_compared_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = release(tmp_path / "old.duckdb", OLD)
    text = tmp_path / "text.duckdb"
    text.write_text("not a database")
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    for wrong, told in (
        (tmp_path / "none.duckdb", "There is no release or warehouse at"),
        (text, "is not a release or warehouse"),
        (empty, "it has no marts.figures"),
    ):
        assert main(["changes", str(old), str(wrong)]) == 1
        said = capsys.readouterr().err
        assert told in said and said.count("\n") == 1
    assert main(["changes", str(old), str(old), "--out", str(tmp_path / "no" / "file.csv")]) == 1
    assert "can't be written" in capsys.readouterr().err
