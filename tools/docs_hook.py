"""MkDocs hook: what the documentation site takes from the models, and dbt's own page.

`make docs` runs `dbt docs generate --static` on a built warehouse before MkDocs; TWE_DOCS_TARGET names the
folder with its result. In a page, `<!-- columns MART -->` becomes a table of the columns of a mart,
`<!-- lineage -->` the layers of the project, `<!-- origins -->` where each heading of the workbook comes
from, `<!-- help -->` the help of every command of `twe`, and `<!-- extracts -->`, `<!-- codes -->`,
`<!-- forms -->` what a supplier must deliver.
"""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Collection
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from typer.main import get_command
from typer.testing import CliRunner

from figure_origins import page as origins
from supplier_contract import code_table, extract_tables, form_table
from twe.cli import app

PROJECT = Path(__file__).resolve().parents[1]
DBT_PAGE = "dbt.html"
SEARCH_WORKER = (
    "assets/javascripts/iframe-worker.js"  # lets the search work in a page that is opened from disk
)
ROOT_PAGES = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md", "LICENSE": "license.md"}
# The scripts of dbt's page compile its templates. Nothing else runs, and nothing is fetched.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
ICON = """href="${require('./assets/favicons/favicon.ico')}\""""
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)")

Node = dict[str, Any]


def target() -> Path:
    """Return the folder with what dbt wrote for the documentation."""
    return Path(os.environ.get("TWE_DOCS_TARGET", PROJECT / "target"))


@cache
def nodes() -> dict[str, Node]:
    """Return the models and seeds of dbt's manifest by name; PluginError when there is no manifest."""
    path = target() / "manifest.json"
    if not path.is_file():
        raise PluginError(f"There is no {path}: run make docs.")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add dbt's page, the pages in the root of the project, and the script of the search."""
    files.append(File.generated(config, DBT_PAGE, content=dbt_page()))
    for name, page in ROOT_PAGES.items():
        text = (PROJECT / name).read_text(encoding="utf-8")
        files.append(
            File.generated(
                config, page, content=text if name.endswith(".md") else f"# Licence\n\n```\n{text}\n```\n"
            )
        )
    files.append(File.generated(config, SEARCH_WORKER, content=(target() / "iframe-worker.js").read_text()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Write what comes from the models into a page, and point its links to pages of the site."""
    known = nodes()
    folder = PurePosixPath(page.file.src_uri).parent
    source = PurePosixPath("docs") / folder if page.file.generated_by is None else PurePosixPath(".")

    def sql_of(table: str, text: str = "`{}`") -> str:
        node = known[table]
        address = os.path.relpath(f"{DBT_PAGE}#!/{node['resource_type']}/{node['unique_id']}", folder)
        return f"[{text.format(table)}]({address})"

    def columns(found: re.Match[str]) -> str:
        if found[1] not in known:
            raise PluginError(
                f"{page.file.src_uri} asks for the columns of {found[1]}, which is not a model."
            )
        rows = [
            f"| `{name}` | {' '.join(column['description'].split()).replace('|', chr(92) + '|')} |"
            for name, column in known[found[1]]["columns"].items()
        ]
        lead = sql_of(found[1], "SQL, tests and lineage of `{}`")
        return "\n".join([lead, "", "| column | meaning |", "| --- | --- |", *rows])

    def link(found: re.Match[str]) -> str:
        text, path, anchor = found[1], os.path.normpath(source / found[2]), found[3] or ""
        if path in ROOT_PAGES:
            address = ROOT_PAGES[path] + anchor
        elif path.startswith("docs/"):
            address = path.removeprefix("docs/") + anchor
        else:
            return text
        return f"[{text}]({os.path.relpath(address, folder)})"

    markdown = re.sub(r"^<!-- columns (\w+) -->$", columns, markdown, flags=re.MULTILINE)
    parts = {
        "lineage": lambda: lineage(known.values()),
        "origins": lambda: origins(known, sql_of),
        "help": commands,
        "extracts": extract_tables,
        "codes": code_table,
        "forms": form_table,
    }
    named = rf"^<!-- ({'|'.join(parts)}) -->$"
    markdown = re.sub(named, lambda found: parts[found[1]](), markdown, flags=re.MULTILINE)
    return LINK.sub(link, markdown)


def dbt_page() -> str:
    """Return dbt's documentation as a page that can't reach outside itself.

    PluginError when its form changed.
    """
    text = (target() / "static_index.html").read_text(encoding="utf-8")
    for part in ("<head>", ICON):
        if text.count(part) != 1:
            raise PluginError(
                f"dbt's page has {part} {text.count(part)} times, not once: adapt tools/docs_hook.py to it."
            )
    text = text.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}">')
    text = text.replace(ICON, 'href="data:,"')
    # A browser would look for a file of that name before the template is filled in.
    text = text.replace('<use xlink:href="{{', '<use ng-attr-href="{{')
    for path, shown in ((target().resolve(), "target"), (PROJECT, "")):
        text = text.replace(json.dumps(str(path))[1:-1], shown)
    return text


def commands() -> str:
    """Return a section per command of `twe` with its help."""
    names = sorted(str(command.name) for command in get_command(app).commands.values())  # type: ignore[attr-defined]
    runner = CliRunner(env={"COLUMNS": "100"})
    sections = [
        f"## twe {name}\n\n```text\n{runner.invoke(app, [name, '--help'], prog_name='twe').output}```"
        for name in names
    ]
    return "\n\n".join(sections)


def layer(node: Node) -> str:
    """Return the folder of a model or seed that the lineage has a box for."""
    folders = node["fqn"][1:-1]
    return "/".join(folders[:2] if folders[0] in ("marts", "reference", "raw") else folders[:1])


def lineage(known: Collection[Node]) -> str:
    """Return the layers of the project as SVG by Graphviz, without arrows that a longer way implies.

    The code lists are left out: nearly every layer reads them.
    """
    of = {node["unique_id"]: layer(node) for node in known if layer(node) != "reference"}
    arrows = {
        (of[parent], of[node["unique_id"]])
        for node in known
        for parent in node["depends_on"].get("nodes", ())
        if parent in of and node["unique_id"] in of and of[parent] != of[node["unique_id"]]
    }
    counts = Counter(of.values())
    boxes = [f'"{name}" [label="{name}\\n{count} tables"];' for name, count in sorted(counts.items())]
    lines = [f'"{one}" -> "{other}";' for one, other in sorted(arrows)]
    style = (
        'node [shape=box, style="filled,rounded", fillcolor="#dbeefa", fontname="Helvetica", fontsize=12];'
    )
    graph = f"digraph {{ rankdir=LR; ranksep=0.3; nodesep=0.15; {style} {' '.join([*boxes, *lines])} }}"
    svg = _graphviz("dot", "-Tsvg", text=_graphviz("tred", text=graph))
    svg = re.sub(r"<!--.*?-->\n?|<title>.*?</title>\n?", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    described = '<svg role="img" aria-label="Layers of the project" style="width: 100%; height: auto"'
    return f"<div>{re.sub(r'<svg width=.[0-9]+pt. height=.[0-9]+pt.', described, svg)}</div>"


def _graphviz(program: str, *options: str, text: str) -> str:
    if not shutil.which(program):
        raise PluginError("The lineage is drawn by Graphviz: install Debian's package graphviz.")
    return subprocess.run([program, *options], input=text, capture_output=True, text=True, check=True).stdout
