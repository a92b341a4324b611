"""The command `twe` itself: its arguments, its help and its exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from twe.cli import app, main
from twe.options import spelled_out
from warehouse import PROJECT, Build

COMMANDS = [
    *("publish", "versions", "restore", "status", "export", "report"),
    *("protect", "audit", "drop-personal-data", "spark"),
]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("export --annex 1 3 --quiet", "export --annex 1 --annex 3 --quiet"),
        ("protect --also a.duckdb b.duckdb", "protect --also a.duckdb --also b.duckdb"),
        ("publish --wait --keep 2", "publish --wait inf --keep 2"),
        ("publish --wait", "publish --wait inf"),
        ("publish --wait 5", "publish --wait 5"),
        ("drop-personal-data a.duckdb b.duckdb", "drop-personal-data a.duckdb b.duckdb"),
    ],
)
def test_options_with_several_values_or_none(given: str, read: str) -> None:
    assert spelled_out(given.split()) == read.split()


def test_the_help_lists_every_command_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert [
        line.split()[0] for line in said.partition("Commands:")[2].splitlines() if line.strip()
    ] == COMMANDS
    assert "..." not in said.partition("Commands:")[2]
    assert len(app.registered_commands) == len(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"Usage: twe {command}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nothing"], ["export", "--banana"], ["restore"], ["restore", "-1"]])
def test_wrong_arguments(arguments: list[str]) -> None:
    assert main(arguments) == 2


def test_the_script_of_the_mission_is_the_command(tmp_path: Path) -> None:
    """It runs from any folder."""
    done = subprocess.run(
        [sys.executable, PROJECT / "scripts/export_excel.py", "--help"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Usage: twe export" in done.stdout


def test_the_status_of_a_warehouse(
    demonstration: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--database", str(demonstration.database)]) == 0
    said = capsys.readouterr().out
    assert "complete and tested" in said and "synthetic" in said and "not made by twe publish" in said
    assert main(["status", "--database", str(tmp_path / "none.duckdb")]) == 1
    assert "There is no warehouse" in capsys.readouterr().err
