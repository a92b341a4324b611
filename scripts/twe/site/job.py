"""Making the site: dbt's page, the lineage out of the same manifest, and the pages of the project."""

import tempfile
from pathlib import Path

import yaml

from twe.export.publish import put_in_place
from twe.site.blocks import diagrams, refreshed
from twe.site.dbt_page import PROJECT, make_dbt_page, read_manifest
from twe.site.errors import SiteError
from twe.site.lineage import Lineage
from twe.site.pages import DBT_PAGE, Renderer, pages


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
                raise SiteError(f"{page.source} is behind the models; run scripts/build_docs.py --refresh.")
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
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["version"]
