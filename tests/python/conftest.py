"""Fixtures of the tests that build a warehouse."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from compiled import Compiler
from twe.cli import main
from warehouse import PROJECT, Build, Builder, Shared, dbt

# Begun first, so that no process of the session waits for another in the end.
LONG = (
    *("dbt_commands", "marts_against_oracle", "mutants", "new_annex", "other_questions", "personal_data"),
    *("protection", "publish_killed", "release", "report", "revisions", "spark_parity", "walkthrough"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests by the time that their files take."""
    items.sort(key=lambda item: item.path.stem.removeprefix("test_") not in LONG)


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Return what builds databases; its target and log folders live outside the repository."""
    return Builder(tmp_path_factory.mktemp("warehouse"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for a delivery."""
    path = tmp_path / "delivery"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Return the folder of what all processes of the session read and none changes."""
    base = tmp_path_factory.getbasetemp()
    return Shared(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture(scope="session")
def demonstration(shared: Shared) -> Build:
    """Return the warehouse of the bundled demonstration data, built and tested by a plain `dbt build`.

    TWE_DEMONSTRATION names the one that `make test` built before.
    """

    def make(folder: Path) -> None:
        if given := os.environ.get("TWE_DEMONSTRATION"):
            shutil.copy(given, folder / "twe.duckdb")
            return
        build = Builder(folder).run(None, None)
        assert build.exit_code == 0, build.output
        build.database.rename(folder / "twe.duckdb")

    return Build(0, "", shared.once("demonstration", make) / "twe.duckdb")


@pytest.fixture(scope="session")
def released(demonstration: Build, shared: Shared) -> Path:
    """Return a folder with that warehouse, its register and, in `sent`, its first release."""

    def make(folder: Path) -> None:
        database = shutil.copy(demonstration.database, folder / "twe.duckdb")
        to = ["--database", str(database), "--out", str(folder / "sent"), "--quiet"]
        assert main(["release", *to, "--new-register"]) == 0

    return shared.once("released", make)


@pytest.fixture(scope="module")
def database(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of that warehouse, with a draft beside it as a first public export makes one."""
    folder = tmp_path_factory.mktemp("database")
    for name in ("twe.duckdb", "twe.publication.duckdb"):
        shutil.copy(released / name, folder)
    with duckdb.connect(str(folder / "twe.publication.duckdb")) as connection:
        connection.execute(
            "update publication.release set register_id = null, release = null, version = null"
        )
    move_register(folder)
    return folder / "twe.duckdb"


def move_register(folder: Path) -> None:
    """Let a release file in a folder name the register in that folder."""
    with duckdb.connect(str(folder / "twe.publication.duckdb")) as connection:
        connection.execute(
            "update publication.choices set value = ? where name = 'register'",
            [str(folder / "twe.register.duckdb")],
        )


@pytest.fixture(scope="session")
def manifest(shared: Shared) -> dict[str, Any]:
    """Return what dbt knows of the project, which refuses a description of what isn't there."""

    def make(folder: Path) -> None:
        words = ["--warn-error", "--log-path", folder, "parse", "--target-path", folder]
        done = dbt(*words, "--project-dir", PROJECT, "--profiles-dir", PROJECT, DBT_WRITE_JSON="true")
        assert done.exit_code == 0, done.output

    return json.loads((shared.once("manifest", make) / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def compiler(shared: Shared) -> Compiler:
    """Return what builds warehouses in memory; all processes of the session share what it compiled."""
    return Compiler(shared)
