"""Every command of docs/walkthrough.md, in its order, on a generated delivery."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import pytest

import generate_raw
from warehouse import PROJECT

WALKTHROUGH = PROJECT / "docs/walkthrough.md"
PLACE = "/srv/twe"
TIMEOUT_SECONDS = 3600


def commands() -> str:
    """Return the commands of the page as one script."""
    return "".join(re.findall(r"```sh\n(.*?)```", WALKTHROUGH.read_text(encoding="utf-8"), re.DOTALL))


def test_the_plan_of_the_hour_has_every_step() -> None:
    """The table at the top names each section with its minute, and the minutes go up to an hour."""
    text = WALKTHROUGH.read_text(encoding="utf-8")
    minutes = [int(minute) for minute in re.findall(r"^## (\d+): ", text, re.MULTILINE)]
    planned = [int(minute) for minute in re.findall(r"^\| (\d+) \| \[", text, re.MULTILINE)]
    assert minutes == planned == sorted(set(minutes))
    assert minutes[-1] < 60
    assert len(re.findall(r"^twe ", commands(), re.MULTILINE)) > 5


@pytest.mark.slow
def test_every_command_works_in_its_order(tmp_path: Path) -> None:
    """From a delivery to recorded files without a warning label, with the internal ones beside them."""
    place = tmp_path / "twe"
    arguments = ["--trajectories", "400", "--seed", "5", "--out", str(place / "deliveries"), "--quiet"]
    assert generate_raw.main(arguments) == 0
    environment = f"source {shlex.quote(str(Path(sys.executable).with_name('activate')))}"
    script = commands().replace("source .venv/bin/activate", environment)
    assert script.count(environment) == 1 and PLACE in script
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(PLACE, str(place))],
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if not name.startswith("TWE_")},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    out = place / "out"
    assert {path.name for path in out.iterdir()} == {
        *("bijlagen_publiek.xlsx", "bijlagen.xlsx", "rapport.html", "check.html", "sent", "kept"),
    }
    kept = {path.name for path in (out / "kept").iterdir()}
    assert kept == {"sent", "twe.register.duckdb", "twe.register.duckdb.key"}
    assert {path.name for path in (out / "kept/sent").iterdir()} == {
        *("bijlagen_publiek.xlsx", "csv_publiek", "rapport_publiek.html", "manifest.json"),
    }
    book = openpyxl.load_workbook(out / "sent/bijlagen_publiek.xlsx")
    cover = {row[0]: str(row[1]) for row in book["Voorblad"].values}
    assert "nummer 1 in het register van publicaties." in cover["Uitgave"]
    with duckdb.connect(str(place / "twe.duckdb"), read_only=True) as connection:
        ((revisions,),) = connection.execute("select count(*) from marts.annex_revisions").fetchall()
    assert revisions > 0
