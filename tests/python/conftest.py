"""Fixtures of the tests that build a warehouse."""

import os
from pathlib import Path

import pytest

from compiled import Compiler
from warehouse import Build, Builder


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
def demonstration(builder: Builder) -> Build:
    """Return the warehouse of the bundled demonstration data, built and tested by a plain `dbt build`."""
    build = builder.run(None, None)
    assert build.exit_code == 0, build.output
    return build


@pytest.fixture(scope="session")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    """Return what builds warehouses in memory; all processes of the session share what it compiled."""
    base = tmp_path_factory.getbasetemp()
    return Compiler(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
