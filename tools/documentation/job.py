"""Making the site: dbt's page, the lineage out of the same manifest, and the pages of the project."""

import tempfile
from pathlib import Path

import yaml

from documentation.blocks import diagrams, refreshed
from documentation.dbt_page import make_dbt_page, read_manifest
from documentation.errors import SiteError
from documentation.lineage import Lineage
from documentation.pages import DBT_PAGE, Renderer, pages
from twe.export.in_place import put_in_place
from twe.project import PROJECT


def build(database: Path, out: Path) -> list[Path]:
    """Write the site about a built warehouse into the folder `out`, which is made; return its files.

    All files or none are put in place. SiteError with one sentence when something is missing or stale.
    """
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".site_") as name:
        finished, backup = Path(name) / "finished", Path(name) / "backup"
        finished.mkdir()
        dbt_page, manifest = make_dbt_page(database.absolute(), Path(name) / "target")
        (finished / DBT_PAGE).write_text(dbt_page, encoding="utf-8")
        lineage = Lineage(manifest)
        every = pages(PROJECT)
        renderer = Renderer(every, diagrams(lineage), lineage, _version())
        for page in every:
            text = (PROJECT / page.source).read_text(encoding="utf-8")
            if refreshed(text, lineage) != text:
                raise SiteError(f"{page.source} is behind the models; run tools/build_docs.py --refresh.")
            path = finished / page.target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(renderer.render(page, text), encoding="utf-8")
        return put_in_place(finished, out, backup)


def refresh() -> list[Path]:
    """Update the lineage and the columns in the pages of docs/; return the pages that changed."""
    with tempfile.TemporaryDirectory() as name:
        lineage = Lineage(read_manifest(Path(name)))
    changed = []
    for page in pages(PROJECT):
        path = PROJECT / page.source
        text = path.read_text(encoding="utf-8")
        if (new := refreshed(text, lineage)) != text:
            path.write_text(new, encoding="utf-8")
            changed.append(path)
    return changed


def _version() -> str:
    return str(yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["version"])
