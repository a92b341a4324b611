"""The command `twe` itself: its arguments, its help and its exit codes."""

import getpass
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from twe import options
from twe.cli import EXIT_INTERRUPTED, app, main
from twe.options import spelled_out
from warehouse import PROJECT, Build

COMMANDS = [
    *("init", "check", "publish", "versions", "restore", "status", "export", "report"),
    *("protect", "audit", "release", "releases", "verify", "changes"),
    *("drop-personal-data", "spark"),
]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("export --annex 1 3 --quiet", "export --annex 1 --annex 3 --quiet"),
        ("protect --also a.duckdb b.duckdb", "protect --also a.duckdb --also b.duckdb"),
        ("publish --wait --keep 2", "publish --wait inf --keep 2"),
        ("publish --wait", "publish --wait inf"),
        ("publish --wait 5", "publish --wait 5"),
        ("publish --accept-quarantine --quiet", f"publish --accept-quarantine {getpass.getuser()} --quiet"),
        ("publish --accept-quarantine me", "publish --accept-quarantine me"),
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


def interrupted(*_: object) -> str:
    """Be interrupted by Ctrl-C, of which DuckDB makes an error of its own in the middle of a query."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt as stop:
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!") from stop
    return "not interrupted"


def test_an_interrupted_command_says_what_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """In one line, although DuckDB makes another error of it; the handlers are as before."""
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("twe.overview.summary", interrupted)
    assert main(["status"]) == EXIT_INTERRUPTED
    assert capsys.readouterr() == ("", "Interrupted; nothing was replaced.\n")
    monkeypatch.setattr("twe.warehouse.publish.publish", interrupted)
    database = tmp_path / "twe.duckdb"
    assert main(["publish", "--database", str(database)]) == EXIT_INTERRUPTED
    assert capsys.readouterr().err == f"Interrupted; twe versions shows which version {database} is.\n"
    assert signal.getsignal(signal.SIGINT) is before


def test_what_is_published_is_not_what_dbt_builds() -> None:
    """A build into the default file never replaces a publication into the default file."""
    assert options.PUBLISHED != options.BUILT
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text())["twe_ocmw"]["outputs"]["duckdb"]
    assert f"env_var('TWE_DATABASE', '{options.BUILT.name}')" in profile["attach"][0]["path"]


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
