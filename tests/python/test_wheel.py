"""The wheel: a project that it lays down works where the clone can't be read."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from twe.init import init
from twe.project import PARTS
from warehouse import PROJECT, TIMEOUT_SECONDS

# Every process of the environment stops when Python opens a file of the clone.
GUARD = f"""
import sys

def guard(event, arguments):
    path = str(arguments[0]) if event == "open" else ""
    if path.startswith("{PROJECT}/") and not path.startswith("{sys.prefix}/"):
        raise AssertionError(path + " is read")

sys.addaudithook(guard)
"""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return bin/ of an environment with the wheel, and with the packages of the tests but not the clone."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-index", "--no-deps"]
    subprocess.run([*pip, "wheel", *offline, "--no-build-isolation", "-w", tmp_path, PROJECT], check=True)
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([*pip, "--python", home / "bin/python", "install", *offline, wheel], check=True)
    packages = Path(sysconfig.get_path("purelib"))
    place = home / packages.relative_to(sys.prefix)
    (place / "tests.pth").write_text(f"{packages}\n")
    (place / "sitecustomize.py").write_text(GUARD)
    return home / "bin"


def test_a_project_made_by_the_wheel(programs: Path, tmp_path: Path) -> None:
    twe, project = programs / "twe", tmp_path / "project"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TWE_"))
    }

    def run(*words: str | Path) -> tuple[int, str]:
        done = subprocess.run(
            [programs / "python", *words],
            cwd=project if project.exists() else tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    assert "twe init DIR" in run(twe, "status")[1]
    assert run(twe, "init", project)[0] == 0
    assert run(twe, "init", project) == (1, f"{project} is not empty: name a new folder.\n")
    assert [path.name for path in (project / "deliveries").iterdir()] == ["README.md"]
    code, said = run(twe, "check", "seeds/raw")  # dbt compiles the models, with the plugin of profiles.yml
    assert code == 0, said
    assert list(project.glob("target/compiled-*.json"))
    init(tmp_path / "by_the_clone")
    (installed,) = programs.parent.glob("lib/*/site-packages")
    assert files(project, *PARTS) == files(PROJECT, *PARTS) == files(tmp_path / "by_the_clone", *PARTS)
    assert files(installed, "twe").items() >= files(PROJECT / "src", "twe").items()


def files(folder: Path, *parts: str) -> dict[Path, bytes]:
    """Return the files of the parts of a folder."""
    found = (path for part in parts for path in (folder / part, *(folder / part).rglob("*")))
    return {
        path.relative_to(folder): path.read_bytes()
        for path in found
        if path.is_file() and path.suffix != ".pyc"
    }
