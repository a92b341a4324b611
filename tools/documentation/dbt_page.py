"""dbt's own documentation as one file that can't reach outside itself, and the manifest behind it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from documentation.errors import SiteError
from documentation.lineage import Manifest
from twe.project import PROJECT

_DBT = Path(sys.executable).with_name("dbt")
# The page's own scripts compile its templates: nothing but these may run, and nothing is fetched.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
_ICON = """href="${require('./assets/favicons/favicon.ico')}\""""


def read_manifest(target: Path) -> Manifest:
    """Parse the project into the folder `target` and return the manifest; SiteError when dbt fails."""
    _run("parse", target, {})
    manifest: Manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def make_dbt_page(database: Path, target: Path) -> tuple[str, Manifest]:
    """Return dbt's documentation of a built warehouse as HTML, and the manifest it shows.

    `target` is an absolute path. SiteError when there is no warehouse, dbt fails, or its page has another
    form than the one known here.
    """
    if not database.is_file():
        raise SiteError(f"There is no warehouse {database}; run dbt build first.")
    _run("docs", target, {"TWE_DATABASE": str(database)}, "generate", "--static")
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    page = _sealed((target / "static_index.html").read_text(encoding="utf-8"))
    # Where the project is on the disk of its maker is nobody's business.
    for folder, shown in ((target, "target"), (PROJECT, "")):
        page = page.replace(json.dumps(str(folder))[1:-1], shown)
    return page, manifest


def _sealed(page: str) -> str:
    for part in ("<head>", _ICON):
        if page.count(part) != 1:
            raise SiteError(f"dbt's page does not have {part} once, as dbt_page.py expects; look at both.")
    page = page.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{_POLICY}">')
    page = page.replace(_ICON, 'href="data:,"')
    # A browser would look for a file of that name before the template is filled in.
    return page.replace('<use xlink:href="{{', '<use ng-attr-href="{{')


def _run(command: str, target: Path, environment: Mapping[str, str], *options: str) -> None:
    done = subprocess.run(
        [
            *(str(_DBT), "--no-use-colors", "--log-level-file", "none", command, *options),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(target)),
        ],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SiteError(f"dbt {command} failed:\n{done.stdout}{done.stderr}")
