"""The ready queries of the documentation and the DuckDB shell run on a built warehouse."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse import PROJECT, Build

SHELL = Path(sys.executable).with_name("duckdb")
STATEMENTS = [
    statement.strip()
    for block in re.findall(r"```sql\n(.*?)```", (PROJECT / "docs/queries.md").read_text(), re.DOTALL)
    for statement in block.split(";")
    if statement.strip()
]


def test_there_are_twenty_of_one_line() -> None:
    assert len(STATEMENTS) >= 20
    assert all(re.fullmatch(r"-- \S.*\?\n.+", statement) for statement in STATEMENTS)


@pytest.mark.parametrize("number", range(len(STATEMENTS)))
def test_ready_query_gives_rows(demonstration: Build, number: int) -> None:
    assert demonstration.query(STATEMENTS[number])


def test_stock_counts_first_and_last_day(demonstration: Build) -> None:
    """The stock of a day is what annexes 1 and 4 would give with that day as a period of its own."""
    expected = demonstration.query(
        "select count(*) as n, count(distinct client_id) as persons from marts.fct_trajectories"
        " where start_date <= '2021-03-01' and (end_date is null or end_date >= '2021-03-01')"
    )[0]
    found = demonstration.query("from questions.stock_on('2021-03-01') where area_level = 'region'")[0]
    assert (found["running_trajectories"], found["persons"]) == (expected["n"], expected["persons"])
    boundary = demonstration.query("select min(start_date) as first from marts.fct_trajectories")[0]["first"]
    on_first_day = demonstration.query(f"from questions.stock_on('{boundary}') where area_level = 'region'")
    assert on_first_day[0]["running_trajectories"] >= 1


def test_stock_after_the_as_of_date_does_not_answer(demonstration: Build) -> None:
    """What runs on a day that is not known yet is not a figure."""
    with pytest.raises(duckdb.Error, match=r"What runs on 2030-06-30 is not known: the warehouse covers"):
        demonstration.query("from questions.stock_on('2030-06-30')")


def test_a_name_of_a_city_and_a_province_gives_both(demonstration: Build) -> None:
    """Each row says which of the two it is."""
    rows = demonstration.query("select distinct area_level from questions.trend('Antwerpen') order by all")
    assert [row["area_level"] for row in rows] == ["municipality", "province"]


def test_an_unknown_name_gets_the_nearest_ones(demonstration: Build) -> None:
    with pytest.raises(
        duckdb.Error, match=r'No area has the name or NIS code "Gentt"\. The nearest names are Gent'
    ):
        demonstration.query("from questions.trend('Gentt')")


def test_an_attached_warehouse_answers(demonstration: Build) -> None:
    """Tables answer under any name of the catalog; functions once that catalog is in use."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demonstration.database}' as w (read_only)")
        trend = "select * exclude (area_level) from {} where area_level = 'municipality' order by year"
        of_ghent = f"{trend.format('w.questions.trends')[:-14]} and area = 'Gent' order by year"
        table = connection.execute(of_ghent)
        expected = table.fetchall()
        connection.execute("use w")
        found = connection.execute(trend.format("questions.trend('Gent')")).fetchall()
    assert expected and found == expected


def test_a_pivot_keeps_situations_of_one_name_apart(demonstration: Build) -> None:
    """Training is a situation and a competence; as columns they must not become one."""
    (pivot,) = [statement for statement in STATEMENTS if "pivot" in statement]
    columns = demonstration.query(f"from ({pivot}) limit 1")[0].keys() - {"year"}
    headings = demonstration.query(
        "select header_nl from marts.dim_figures"
        " where annex = 5 and measure = 'trajectories' and header_nl is not null"
    )
    assert columns == {row["header_nl"] for row in headings}


def test_levels_add_up(demonstration: Build) -> None:
    """Municipalities and provinces add up to Flanders wherever a count may be added."""
    for view, count in (
        ("trends", "started_trajectories"),
        ("trends", "ended_trajectories"),
        ("trends", "to_work"),
        ("cost_of_work_outflow", "paid_eur"),
        ("trends", "first_trajectories"),
        ("trends", "inhabitants"),
        ("trends", "running_trajectories"),
    ):
        sums = demonstration.query(
            f"select year, sum({count}) as total from questions.{view} group by year, area_level"
        )
        per_year: dict[object, set[object]] = {}
        for row in sums:
            per_year.setdefault(row["year"], set()).add(row["total"])
        assert per_year and all(len(totals) == 1 for totals in per_year.values()), view


def test_views_agree_with_the_annexes(demonstration: Build) -> None:
    """Started and measured trajectories of Flanders equal annexes 1 and 6 in the years that both report."""
    for question, annex in (
        (
            "select year, started_trajectories as n from questions.trends where area_level = 'region'",
            "select year, sum(trajectories) as n from marts.annex_1_started_trajectories group by year",
        ),
        (
            "select year + 1 as year, at_work as n from questions.work_after_end"
            " where area_level = 'region' and months = 12",
            "select year, to_work as n from questions.trends where area_level = 'region'",
        ),
        (
            "select year, measured_trajectories as n from questions.trends where area_level = 'region'",
            "select year, sum(ended_trajectories) as n from marts.annex_6_transmissions group by year",
        ),
    ):
        answers = {row["year"]: row["n"] for row in demonstration.query(question)}
        expected = {row["year"]: row["n"] for row in demonstration.query(annex) if row["n"]}
        assert expected
        assert {year: answers.get(year) for year in expected} == expected


def test_records_add_up_to_every_cell(demonstration: Build) -> None:
    """A cell is the sum of its records, or their persons; no record is behind a cell that is absent."""
    found = demonstration.query(
        """
        with cells as (
            select
                mart, year, area_code as nis_code, measure, value, is_sum_of_records,
                if(category = 'total', 'all', dimension) as dimension,
                if(category = 'total', 'all', category) as category
            from marts.figures join reference.measures using (annex, measure, dimension)
            where mart is not null
            qualify area_level = min(area_level) over (partition by annex, measure, dimension)
        ),
        reported as (
            select distinct mart, year
            from marts.dim_reporting_years join reference.measures using (annex)
        ),
        records as (
            select
                mart, year, nis_code, dimension, category, measure,
                sum(value) as added, count(distinct client_id) as persons
            from questions.figure_records() semi join reported using (mart, year)
            group by all
        )
        select mart, measure, count(*) as cells, count(*) filter (
            where is_sum_of_records is null
            or is_sum_of_records and coalesce(value, 0) <> coalesce(added, 0)
            or mart = 'annex_5_outflow' and measure = 'clients' and value <> coalesce(persons, 0)
        ) as different
        from cells full join records using (mart, year, nis_code, dimension, category, measure)
        group by all
        """
    )
    assert len(found) == 18 and [row for row in found if row["different"]] == []


@pytest.mark.skipif(not SHELL.exists() and shutil.which("duckdb") is None, reason="duckdb-cli is missing")
def test_shell_welcomes_and_cannot_write(demonstration: Build) -> None:
    done = subprocess.run(
        [SHELL, "-readonly", "-init", PROJECT / "scripts/welcome.sql", demonstration.database],
        input="create table marts.x as select 1;",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "SYNTHETIC" in done.stdout
    for name in ("marts.annex_5_outflow", "questions.trends", "questions.trend(of_area)"):
        assert name in done.stdout
    assert "read-only" in done.stdout + done.stderr
