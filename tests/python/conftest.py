"""Fixtures of the tests that build a warehouse."""

from pathlib import Path

import pytest

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
