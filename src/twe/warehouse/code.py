"""Which code made the figures."""

import hashlib
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import yaml

from twe.project import PACKAGE, PARTS, PROJECT

_TOOLS = ("dbt-core", "dbt-duckdb", "duckdb")


@dataclass(frozen=True)
class Code:
    """The version of the project; commit and changes are None where git doesn't know the project.

    `sha256` is over the models, macros, seeds, tests, configuration and the code that lands a delivery, with
    their paths; `is_changed` is whether one of these differs from the commit.
    """

    project: str
    commit: str | None
    is_changed: bool | None
    sha256: str
    tools: dict[str, str]


def code_version() -> Code:
    """Return the version of the code as it is on the disk now."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["version"]
    # A copy of the project inside some other repository has no commit of its own.
    is_ours = _git("rev-parse", "--show-toplevel") == str(PROJECT)
    commit = _git("rev-parse", "HEAD") if is_ours else None
    changes = _git("status", "--porcelain", "--", *PARTS, "src/twe/landing") if commit else None
    tools = {"python": platform.python_version()} | {name: version(name) for name in _TOOLS}
    return Code(project, commit, None if changes is None else bool(changes), _fingerprint(), tools)


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(PROJECT), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _fingerprint() -> str:
    """Return one digest for the same code in a clone and in a project beside an installed package."""
    found = {path.relative_to(PROJECT): path for part in PARTS for path in _files(PROJECT / part)}
    found |= {"src/twe" / path.relative_to(PACKAGE): path for path in _files(PACKAGE / "landing")}
    digest = hashlib.sha256()
    for name, path in sorted(found.items()):
        content = path.read_bytes()
        digest.update(f"{name.as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [found for found in path.rglob("*") if found.is_file() and found.suffix != ".pyc"]
