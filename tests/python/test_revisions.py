"""Revisions: which figures changed between two as-of dates, and the records that explain them.

The expected changes come from the plain-Python oracle, judged on both days; the records from both warehouses.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from comparison import MEASURES, report
from compiled import Compiler
from deliveries import Shape, write_delivery
from oracle import judge
from oracle.marts import KEYS, Key, Mart
from twe.cli import main
from warehouse import PROJECT, WITHOUT_UNIT_TESTS, Build, Builder, Tables

SEED = 1
EARLIER_DAY, DAY = date(2021, 6, 30), date(2023, 2, 28)
SMALL = Shape(trajectories=40, lines=60, spells=40, transmissions=40)

Cell = tuple[object, ...]
Changes = dict[Cell, tuple[object, object]]

FOLDED: dict[str, Callable[[Key], tuple[str, str]]] = {
    "annex_1_started_trajectories": lambda key: ("planned_duration_months", str(key[2])),
    "annex_2_profile": lambda key: (str(key[2]), str(key[3])),
    "annex_3_wage_subsidies": lambda _key: ("all", "all"),
    "annex_3_by_booking_year": lambda _key: ("all", "all"),
    "annex_4_ended_trajectories": lambda key: (str(key[2]), str(key[3])),
    "annex_5_outflow": lambda key: (str(key[2]), str(key[3])),
    "annex_6_transmissions": lambda _key: ("all", "all"),
    "annex_6_decisions": lambda key: ("decision", str(key[2])),
}


@dataclass(frozen=True)
class Pair:
    """Two builds of one delivery: as it was known on an earlier day, and now, compared with the first."""

    folder: Path
    earlier: Build
    now: Build


@pytest.fixture(scope="module")
def pair(builder: Builder, compiler: Compiler, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Return two builds of a random delivery; the second with all tests, identities of revisions included."""
    folder = tmp_path_factory.mktemp("revisions")
    write_delivery(folder, SEED)
    database = tmp_path_factory.mktemp("earlier") / "earlier.duckdb"
    compiler.build(folder, {"as_of": EARLIER_DAY}).stored(database)
    compared = {"as_of": DAY, "previous_database": str(database)}
    now = builder.run(folder, compared, *WITHOUT_UNIT_TESTS)
    assert now.exit_code == 0, now.output
    return Pair(folder, Build(0, "", database), now)


def _expected(before: dict[str, Mart], after: dict[str, Mart]) -> Changes:
    """Return (old, new) of every cell that differs; a row that is absent is 0."""
    changes: Changes = {}
    for mart, measures in MEASURES.items():
        for key in before[mart].keys() | after[mart].keys():
            for measure in measures:
                old, new = (state[mart].get(key, {measure: 0})[measure] for state in (before, after))
                if old != new:
                    changes[mart, *key[:2], *FOLDED[mart](key), measure] = (old, new)
    return changes


def _found(build: Tables) -> Changes:
    rows = build.table("marts.annex_revisions")
    found = {
        tuple(row[name] for name in ("mart", "year", "nis_code", "dimension", "category", "measure")): (
            row["old_value"],
            row["new_value"],
        )
        for row in rows
    }
    assert len(found) == len(rows)
    return found


def test_every_changed_cell_is_there_and_no_other(pair: Pair) -> None:
    """Cell by cell as the oracle judges the two days."""
    expected = _expected(judge(pair.folder, EARLIER_DAY).marts, judge(pair.folder, DAY).marts)
    found = _found(pair.now)
    assert {cell[0] for cell in expected} == set(MEASURES), "every mart has changes to find"
    wrong = [
        f"{cell}: expected {expected.get(cell)}, got {found.get(cell)}"
        for cell in sorted(expected.keys() | found.keys(), key=str)
        if expected.get(cell) != found.get(cell)
    ]
    assert report(wrong) == ""


def test_differences_and_places_are_right(pair: Pair) -> None:
    """The difference is new less old, and the annex and the place are those of the cell."""
    places = {
        row["nis_code"]: (row["municipality"], row["province"])
        for build in (pair.earlier, pair.now)
        for row in build.table("marts.dim_municipalities")
    }
    for row in pair.now.table("marts.annex_revisions"):
        assert row["difference"] == row["new_value"] - row["old_value"]
        assert row["annex"] == int(str(row["mart"]).split("_")[1])
        assert (row["municipality"], row["province"]) == places[row["nis_code"]]


RECORDS = {
    ("annex_1_started_trajectories", "trajectories"): (
        "select start_year, nis_code, 'planned_duration_months', planned_duration_months::varchar, "
        "trajectory_id from marts.fct_trajectories"
    ),
    ("annex_2_profile", "trajectories"): (
        "select start_year, nis_code, dimension, category, trajectory_id from marts.fct_trajectories unpivot "
        "(category for dimension in (gender, age, unemployment_duration, education, migration_background))"
    ),
    ("annex_3_wage_subsidies", "recovered_eur"): (
        "select performance_year, nis_code, 'all', 'all', line_id from marts.fct_subsidy_lines "
        "where stream = 'loontoelage' and amount_eur < 0"
    ),
    ("annex_3_wage_subsidies", "claims"): (
        "select performance_year, nis_code, 'all', 'all', claim_id from marts.fct_subsidy_claims "
        "where stream = 'loontoelage'"
    ),
    ("annex_3_by_booking_year", "gross_paid_eur"): (
        "select booking_year, nis_code, 'all', 'all', line_id from marts.fct_subsidy_lines "
        "where stream = 'loontoelage' and amount_eur > 0"
    ),
    ("annex_4_ended_trajectories", "trajectories"): (
        "select end_year, nis_code, ending, duration_months::varchar, trajectory_id "
        "from marts.fct_trajectories where is_ended"
    ),
    ("annex_5_outflow", "trajectories"): (
        "select measure_year, nis_code, outcome_group, outcome, trajectory_id "
        "from marts.fct_outflow union all "
        "select measure_year, nis_code, 'competence_strengthening', 'training', trajectory_id "
        "from marts.fct_outflow where had_training union all "
        "select measure_year, nis_code, 'competence_strengthening', 'workplace_learning', trajectory_id "
        "from marts.fct_outflow where had_workplace_learning"
    ),
    ("annex_6_transmissions", "trajectories_with_transmission"): (
        "select measure_year, nis_code, 'all', 'all', trajectory_id from marts.fct_outflow "
        "where transmissions > 0"
    ),
    ("annex_6_decisions", "transmissions"): (
        "select measure_year, nis_code, 'decision', decision, transmission_id "
        "from marts.fct_trajectory_transmissions"
    ),
}


def _records(build: Build, query: str) -> dict[Cell, set[str]]:
    found: dict[Cell, set[str]] = {}
    named = f"from ({query}) as found (year, nis_code, dimension, category, record_id)"
    for *cell, record in (tuple(row.values()) for row in build.query(named)):
        found.setdefault(tuple(cell), set()).add(str(record))
    return found


@pytest.mark.parametrize(("mart", "measure"), RECORDS, ids=lambda item: item)
def test_records_behind_are_those_that_came_and_went(pair: Pair, mart: str, measure: str) -> None:
    """What one state counts in the cell and the other does not."""
    before, after = (_records(build, RECORDS[mart, measure]) for build in (pair.earlier, pair.now))
    rows = pair.now.query(f"from marts.annex_revisions where mart = '{mart}' and measure = '{measure}'")
    assert rows
    for row in rows:
        cell = (row["year"], row["nis_code"], row["dimension"], row["category"])
        old, new = before.get(cell, set()), after.get(cell, set())
        assert row["records_added"] == sorted(new - old), row
        assert row["records_removed"] == sorted(old - new), row
        assert set(row["records_changed"]) <= old & new, row
        listed = sum(len(row[f"records_{change}"]) for change in ("added", "removed", "changed"))
        assert row["records"] == listed


def test_reasons_follow_from_the_registrations(pair: Pair) -> None:
    """New, withdrawn and changed registrations are told apart, and from those whose day came."""
    reasons = {
        (row["reason"], row["change"])
        for row in pair.now.query("select distinct reason, change from marts.annex_revision_records")
    }
    assert {reason for reason, _change in reasons} >= {
        *("new_record", "withdrawn", "new_version", "day_reached", "other")
    }
    assert ("withdrawn", "added") not in reasons and ("new_record", "removed") not in reasons
    known = {
        row["trajectory_id"] for row in pair.earlier.query("select trajectory_id from marts.fct_trajectories")
    }
    new = pair.now.query(
        "select distinct record_id from marts.annex_revision_records "
        "where extract = 'raw_trajectories' and reason = 'new_record'"
    )
    assert new and not known & {row["record_id"] for row in new}


def test_claims_delivered_for_the_first_time_are_revisions(compiler: Compiler, tmp_path: Path) -> None:
    """Every cell about claims goes from not available to a number, zeros too; no difference is made up."""
    write_delivery(tmp_path, SEED, SMALL)
    without = tmp_path / "without"
    without.mkdir()
    for file in tmp_path.glob("raw_*"):
        if not file.name.startswith("raw_subsidy_claims"):
            shutil.copy(file, without)
    earlier = compiler.build(without, {"as_of": EARLIER_DAY}).stored(without / "earlier.duckdb")
    now = compiler.build(tmp_path, {"as_of": DAY, "previous_database": str(earlier)})
    rows = now.query("from marts.annex_revisions where measure in ('claims', 'claimed_eur')")
    cells = now.table("marts.annex_3_wage_subsidies")
    assert len(rows) == 2 * len(cells)
    assert {row["old_value"] for row in rows} == {row["difference"] for row in rows} == {None}
    assert {row["new_value"] for row in rows} >= {Decimal(0), Decimal(1)}
    expected = _expected(judge(tmp_path, EARLIER_DAY).marts, judge(tmp_path, DAY).marts)
    others = [_without_claims(changes) for changes in (_found(now), expected)]
    assert others[0] == others[1] != {}


def _without_claims(changes: Changes) -> Changes:
    return {cell: values for cell, values in changes.items() if cell[-1] not in ("claims", "claimed_eur")}


def test_the_file_does_not_hold_the_path_of_the_earlier_state(pair: Pair) -> None:
    assert str(pair.earlier.database.parent).encode() not in pair.now.database.read_bytes()


def test_without_an_earlier_state_there_are_no_revisions(demonstration: Build) -> None:
    """The tables exist and are empty."""
    for table in ("annex_revisions", "annex_revision_records", "dim_previous_state"):
        assert demonstration.table(f"marts.{table}") == []


def test_every_measure_is_named(demonstration: Build) -> None:
    """A measure that a mart gets, and revisions don't know, would change unseen."""
    named = {
        (row["mart"], row["measure"]) for row in demonstration.table("reference.measures") if row["mart"]
    }
    figures = {
        (mart, name)
        for mart in KEYS
        for name, kind in demonstration.types(f"marts.{mart}").items()
        if kind != "VARCHAR" and name not in KEYS[mart]
    }
    assert named == figures


def test_documented_queries_run(pair: Pair) -> None:
    """The queries for a compared warehouse know its tables and columns."""
    page = (PROJECT / "docs" / "revisions.md").read_text(encoding="utf-8")
    (queries,) = re.findall(r"```\{\.sql \.compared\}\n(.*?)```", page, re.DOTALL)
    statements = [statement for statement in re.sub("--.*", "", queries).split(";") if statement.strip()]
    assert len(statements) > 1
    assert pair.now.query(statements[0])
    for statement in statements:
        pair.now.query(statement)


# --- what readers see -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with everything that is exported from the second build."""
    out = tmp_path_factory.mktemp("published")
    for kind in ("xlsx", "csv"):
        assert (
            main(
                [
                    "export",
                    "--edition",
                    "exact",
                    "--database",
                    str(pair.now.database),
                    "--out",
                    str(out),
                    "--format",
                    kind,
                ]
            )
            == 0
        )
    return out


def _sheet(published: Path, name: str) -> list[tuple[object, ...]]:
    """Return the rows of the table of a sheet."""
    worksheet = load_workbook(published / "bijlagen.xlsx")[name]
    (table,) = worksheet.tables.values()
    _header, *rows = worksheet[table.ref]
    return [tuple(cell.value for cell in row) for row in rows]


@pytest.mark.parametrize(("sheet", "is_euro"), [("Herzieningen", False), ("Herzieningen euro", True)])
def test_sheets_hold_every_revision(pair: Pair, published: Path, sheet: str, is_euro: bool) -> None:
    """Each revision once, in order, with Dutch labels and without a key of a record."""
    rows = _sheet(published, sheet)
    expected = pair.now.query(
        "with measures as (select distinct mart, measure, "
        "concat_ws(' ', 'Bijlage', annex, sheet) as sheet_nl, label_nl, unit_nl "
        "from reference.measures where mart is not null) "
        "select sheet_nl, year, nis_code, municipality, province, label_nl, old_value, new_value, "
        "difference, records from marts.annex_revisions join measures using (mart, measure) "
        f"where (unit_nl = 'euro') = {is_euro}"
    )
    got = [(*row[:6], *row[8:]) for row in rows]
    assert sorted(got) == sorted(
        tuple(float(value) if isinstance(value, Decimal) else value for value in row.values())
        for row in expected
    )
    annexes = [str(row[0]).split()[1] for row in rows]
    assert annexes == sorted(annexes)
    first = [(row[1], row[4], row[3]) for row in rows if str(row[0]).startswith(f"Bijlage {annexes[0]}")]
    assert first == sorted(first)
    codes = {
        row[name] for row in pair.now.table("marts.annex_revisions") for name in ("dimension", "category")
    }
    assert not codes & {value for row in rows for value in row[6:8]}


def test_summary_adds_up_to_the_totals(pair: Pair, published: Path) -> None:
    """The difference in Flanders is that of the totals of the two states; distinct clients have none."""
    rows = {
        (table, figure, dimension): rest
        for table, figure, dimension, *rest in _sheet(published, "Herzieningen totalen")
    }
    assert sum(cells for cells, *_rest in rows.values()) == len(pair.now.table("marts.annex_revisions"))
    total = "select sum(paid_eur) as paid, sum(subsidised_months) as months from marts.annex_3_wage_subsidies"
    ((old,), (new,)) = (build.query(total) for build in (pair.earlier, pair.now))
    assert rows["Bijlage 3", "Netto betaald (EUR)", "Totaal"][2] == float(new["paid"] - old["paid"])
    assert rows["Bijlage 3", "Gesubsidieerde maanden", "Totaal"][1] == new["months"] - old["months"]
    assert rows["Bijlage 3", "Cliënten", "Totaal"][1:] == ["[z]", "[z]"]


def test_no_key_of_a_record_leaves_the_database(pair: Pair, published: Path) -> None:
    """Neither in the workbook nor in a CSV file: the columns with keys aren't there, and no key is a cell."""
    keys = {
        row["record_id"]
        for row in pair.now.query("select distinct record_id from marts.annex_revision_records")
    }
    book = load_workbook(published / "bijlagen.xlsx")
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert keys and not keys & cells
    header, *lines = (published / "csv" / "annex_revisions.csv").read_text(encoding="utf-8").splitlines()
    assert header.split(",")[-4:] == ["old_value", "new_value", "difference", "records"]
    assert len(lines) == len(pair.now.table("marts.annex_revisions"))
    assert not keys & {value for line in lines for value in line.split(",")}
    assert not (published / "csv" / "annex_revision_records.csv").exists()


def test_without_personal_data_the_revisions_are_the_same(
    pair: Pair, published: Path, tmp_path: Path
) -> None:
    """The keys are gone from the tables, and readers still get every sheet and file, to the byte."""
    database = tmp_path / pair.now.database.name
    shutil.copy(pair.now.database, database)
    assert main(["drop-personal-data", str(database)]) == 0
    left = Build(0, "", database)
    keys = "records_added || records_removed || records_changed"
    assert any(row["keys"] for row in pair.now.query(f"select {keys} as keys from marts.annex_revisions"))
    assert not any(row["keys"] for row in left.query(f"select {keys} as keys from marts.annex_revisions"))
    assert left.query("from duckdb_tables() where table_name = 'annex_revision_records'") == []
    assert (
        main(["export", "--edition", "exact", "--database", str(database), "--out", str(tmp_path / "out")])
        == 0
    )
    assert (tmp_path / "out/bijlagen.xlsx").read_bytes() == (published / "bijlagen.xlsx").read_bytes()


# --- what is refused --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def earlier(compiler: Compiler, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a warehouse of an earlier day."""
    folder = tmp_path_factory.mktemp("small")
    write_delivery(folder, SEED, SMALL)
    return compiler.build(folder, {"as_of": EARLIER_DAY}).stored(folder / "earlier.duckdb")


@pytest.fixture
def place(builder: Builder) -> Iterator[Path]:
    """Return where the earlier file is put; one place for all tests, because dbt parses again for another."""
    path = builder.workspace / "earlier [1].duckdb"
    yield path
    path.unlink(missing_ok=True)


def _refusal(builder: Builder, previous: Path | str, variables: dict[str, object], *options: str) -> str:
    """Return the sentence with which a build stops."""
    done = builder.run(
        None,
        {"previous_database": str(previous)} | variables,
        *("--exclude-resource-type", "test", "unit_test", *options),
    )
    assert done.exit_code != 0
    assert "Traceback" not in done.output
    (said, *_rest) = [line.strip() for line in done.output.splitlines() if "previous_database" in line]
    assert said.endswith("."), done.output
    return said


def test_a_missing_file_is_refused(builder: Builder, place: Path) -> None:
    assert f"names {place}, which does not exist." in _refusal(builder, place, {})


def test_an_empty_name_is_refused(builder: Builder) -> None:
    assert "is empty; leave it out or give a value" in _refusal(builder, " ", {})


def test_another_file_is_refused(builder: Builder, place: Path) -> None:
    """DuckDB itself says so, and names the file."""
    place.write_text("no database")
    done = builder.build(None, {"previous_database": str(place)})
    assert done.exit_code != 0 and "Traceback" not in done.output
    assert f'The file "{place}" exists, but it is not a valid DuckDB database file' in done.output


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("drop table quality.node_results", "is not a built warehouse (quality.node_results is missing)"),
        (
            "update quality.node_results set status = 'fail' where node like '%.fct_outflow'",
            "has status fail",
        ),
        (
            "update marts.dim_parameters set layout_version = 0",
            "made by another version of the project: build it again",
        ),
    ],
    ids=["no warehouse", "not passed", "other layout"],
)
def test_a_file_that_is_no_sound_warehouse_is_refused(
    builder: Builder, earlier: Path, place: Path, statement: str, reason: str
) -> None:
    shutil.copy(earlier, place)
    with duckdb.connect(str(place)) as connection:
        connection.execute(statement)
    assert reason in _refusal(builder, place, {})


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "update marts.dim_parameters set as_of = date '2999-12-31'",
            "whose as-of date is not before that of this build",
        ),
        (
            "update marts.dim_parameters set geography_date = date '2025-01-01'",
            "whose geography_date differs from that of this build",
        ),
        (
            "delete from marts.dim_reporting_years where annex = 1",
            "whose reporting years differ from those of this build",
        ),
    ],
    ids=["as_of", "geography_date", "reporting_years"],
)
def test_a_state_that_can_not_be_compared_is_refused(
    compiler: Compiler, earlier: Path, statement: str, reason: str
) -> None:
    """Before any annex is built."""
    altered = earlier.with_name("altered.duckdb")
    shutil.copy(earlier, altered)
    with duckdb.connect(str(altered)) as connection:
        connection.execute(statement)
    with pytest.raises(duckdb.Error, match=reason):
        compiler.build(None, {"previous_database": str(altered)}, ["dim_previous_state"])


def test_the_warehouse_itself_is_refused(builder: Builder) -> None:
    path = builder.workspace / "current.duckdb"
    duckdb.connect(str(path)).close()
    assert "is the warehouse to be built" in _refusal(builder, path, {})


def test_a_delivery_that_lacks_what_was_there_before_is_warned_of(
    compiler: Compiler, folder: Path, tmp_path: Path
) -> None:
    """Of the municipalities a third is gone, of the last year everything, and an extract is empty."""
    write_delivery(folder, SEED, SMALL)
    name, started = "delivery_has_what_is_expected", "marts.annex_1_started_trajectories"
    variables = {"as_of": DAY, "reporting_years": {1: [2018, 2023]}}
    built = compiler.build(folder, variables, ["dim_parameters", started.removeprefix("marts.")])
    compared = variables | {"previous_database": str(built.stored(tmp_path / "earlier.duckdb"))}
    project = compiler.project(compared)
    connection = compiler.build(folder, compared, project.tests[name].parents).connection

    def findings() -> set[str]:
        return {finding for (finding,) in connection.execute(project.tests[name].sql).fetchall()}

    query = f"select distinct nis_code from {started} order by nis_code"
    codes = [code for (code,) in connection.execute(query).fetchall()]
    third = len(codes) // 3
    assert findings() == set()
    connection.execute(f"delete from {started} where nis_code in $1", [codes[: third - 1]])
    assert not any("municipalities" in finding for finding in findings())
    connection.execute(f"delete from {started} where nis_code in $1 or year = 2023", [codes[: third + 1]])
    connection.execute(
        "update quality.balance set delivered = 0, accepted = 0, quarantined = 0"
        " where extract = 'raw_outflow'"
    )
    found = findings()
    assert {"no row in raw_outflow", "no trajectory that started in 2023"} < found
    assert any(f"of {len(codes)} municipalities of the earlier state" in finding for finding in found)
