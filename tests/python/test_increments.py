"""A warehouse that grew delivery by delivery holds the same as one built of everything at once.

More sequences: TWE_INCREMENT_SEEDS=100-120 pytest tests/python/test_increments.py
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest

from deliveries import rewrite_shuffled, write_delivery
from oracle.landing import read_folder
from warehouse import Builder

BATCHES = 2
MODELS_ONLY = ("--exclude-resource-type", "test", "unit_test")
# How a table was made is no part of what it says: file numbers follow the order of arrival.
UNCOMPARED = {("quality", "build_log"), ("quality", "build_state"), ("staging", "stg_delivered_files")}
SCHEMAS = ("staging", "intermediate", "quality", "marts", "questions", "publication")
CHANGES = ("int_changed_clients", "int_changed_keys", "int_subsidies__changed_lines", "int_subsidies__judged")
# Ledger lines then follow the trajectories of their client; every even seed asks this.
OTHER_QUESTION = {"municipality_of": "residence", "measure_months": 24, "window_months": 6}


def _seeds() -> list[int]:
    wanted = os.environ.get("TWE_INCREMENT_SEEDS", "1-1")
    first, last = (int(part) for part in wanted.split("-"))
    return list(range(first, last + 1))


def _relations(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    rows = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_catalog = current_database()"
    ).fetchall()
    return sorted(
        (schema, name)
        for schema, name in rows
        if schema in SCHEMAS and (schema, name) not in UNCOMPARED and name not in CHANGES
    )


def _rows(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> list[tuple]:
    columns = [
        row[0]
        for row in connection.execute(
            "select column_name from information_schema.columns where table_schema = ? and table_name = ?"
            " and table_catalog = current_database() order by ordinal_position",
            [schema, name],
        ).fetchall()
    ]
    shown = ", ".join(f'relation."{column}"' for column in columns if column != "file_id")
    source = f'{schema}."{name}" as relation'
    if "file_id" in columns:
        shown = f"files.source_file, {shown}"
        source += " inner join staging.stg_delivered_files as files on relation.file_id = files.file_id"
    rows = connection.execute(f"select {shown} from {source} order by all").fetchall()
    return [tuple(str(value) if isinstance(value, list | dict) else value for value in row) for row in rows]


def differences(grown: Path, whole: Path) -> Iterable[str]:
    """Yield one line per table or view that two warehouses do not hold alike, with rows that differ."""
    with (
        duckdb.connect(str(grown), read_only=True) as one,
        duckdb.connect(str(whole), read_only=True) as other,
    ):
        if _relations(one) != _relations(other):
            yield f"other relations: {set(_relations(one)) ^ set(_relations(other))}"
            return
        for schema, name in _relations(one):
            mine, its = _rows(one, schema, name), _rows(other, schema, name)
            if mine != its:
                surplus, missing = Counter(mine) - Counter(its), Counter(its) - Counter(mine)
                yield f"{schema}.{name}: surplus {list(surplus)[:3]}, missing {list(missing)[:3]}"


def _changes(database: Path) -> int:
    """Return the number of rows in the tables that tell an increment what to work."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return sum(connection.table(f"intermediate.{name}").count("*").fetchall()[0][0] for name in CHANGES)


def _state(database: Path) -> tuple[bool, bool]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute("select is_complete, is_increment from quality.build_state").fetchall()[0]


def test_a_build_that_goes_on_where_another_failed_knows_every_row_by_its_file(
    builder: Builder, tmp_path: Path
) -> None:
    """As dbt retry does: the files of an increment were numbered, everything after that is built again."""
    drawn, arrived, late = tmp_path / "drawn", tmp_path / "arrived", tmp_path / "late"
    for path in (drawn, arrived, late):
        path.mkdir()
    write_delivery(drawn, 1)
    texts = {extract: [row.texts for row in rows] for extract, rows in read_folder(drawn).items()}
    rewrite_shuffled(texts, arrived, 1)
    # The first file of several: all others would have other numbers if they were counted anew.
    first = next(path for path in sorted(arrived.glob("*_part0.csv")) if _later_part(path).exists())
    held_back = Path(shutil.move(first, late))
    grown = tmp_path / "grown.duckdb"
    before = builder.grow(grown, arrived, {}, *MODELS_ONLY)
    assert before.exit_code == 0, before.output
    shutil.copy(held_back, arrived)
    builder.grow(grown, arrived, {}, *MODELS_ONLY, "--select", "stg_delivered_files")
    assert _state(grown) == (False, True)
    after = builder.grow(grown, arrived, {}, *MODELS_ONLY, "--exclude", "stg_delivered_files")
    assert after.exit_code == 0, after.output
    whole = builder.grow(tmp_path / "whole.duckdb", arrived, {}, *MODELS_ONLY)
    assert not "\n".join(differences(grown, whole.database))


def _later_part(path: Path) -> Path:
    return path.with_name(path.name.replace("_part0", "_part1"))


@pytest.fixture(scope="module", params=_seeds())
def seed(request: pytest.FixtureRequest) -> int:
    """Return the number that decides the deliveries, their order of arrival and the as-of dates."""
    return request.param


def test_deliveries_in_any_order_give_the_cells_of_a_build_of_everything(
    seed: int, builder: Builder, tmp_path: Path
) -> None:
    """Rows, copies, conflicts, later versions, voids come in any order; the as-of date moves to and fro."""
    rng = Random(seed)
    drawn, parts, arrived = tmp_path / "drawn", tmp_path / "parts", tmp_path / "arrived"
    for path in (drawn, parts, arrived):
        path.mkdir()
    write_delivery(drawn, seed)
    texts = {extract: [row.texts for row in rows] for extract, rows in read_folder(drawn).items()}
    rewrite_shuffled(texts, parts, seed)
    for extract in ("raw_trajectories", "raw_subsidies"):
        shutil.copy(drawn / f"{extract}.parquet", parts)
    waiting = sorted(parts.iterdir())
    rng.shuffle(waiting)
    # One file of every extract that must be there; the claims may come later.
    first = {path.name.rsplit("_part")[0].removesuffix(".parquet"): path for path in waiting}
    first.pop("raw_subsidy_claims", None)
    batches = [list(first.values()), *([] for _ in range(BATCHES))]
    for path in waiting:
        if path not in batches[0]:
            rng.choice(batches[1:]).append(path)
    day = date(2019, 1, 1)
    for number, batch in enumerate(batches):
        for path in batch:
            shutil.copy(path, arrived)
        variables = {} if seed % 2 else dict(OTHER_QUESTION)
        if number and rng.random() < 0.6:
            variables["as_of"] = str(day + timedelta(days=rng.randint(0, 2200)))
        grown = builder.grow(tmp_path / "grown.duckdb", arrived, variables, *MODELS_ONLY)
        assert grown.exit_code == 0, grown.output
        assert _state(grown.database) == (True, number > 0)
        whole = builder.grow(tmp_path / "whole.duckdb", arrived, variables, *MODELS_ONLY, "--full-refresh")
        assert whole.exit_code == 0, whole.output
        assert _state(whole.database) == (True, False)
        assert _changes(whole.database) == 0
        found = "\n".join(differences(grown.database, whole.database))
        assert not found, f"after batch {number} ({[p.name for p in batch]}, {variables}):\n{found}"
