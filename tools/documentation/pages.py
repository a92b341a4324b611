"""The Markdown pages of the project as HTML pages that link to each other and need nothing else."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from documentation.drawing import as_svg, legend
from documentation.errors import SiteError
from documentation.lineage import Diagram, Lineage

DBT_PAGE = "dbt.html"
_HERE = Path(__file__).parent
_ROOT_PAGES = ("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE")


@dataclass(frozen=True)
class Page:
    """A page of the repository: where it is, and where the site has it (both from their own root)."""

    source: PurePosixPath
    target: PurePosixPath


def pages(project: Path) -> list[Page]:
    """Return the pages of docs/ by name, and those beside it that the site takes along."""
    found = [path.relative_to(project) for path in sorted((project / "docs").rglob("*.md"))]
    found += [Path(name) for name in _ROOT_PAGES if (project / name).exists()]
    return [Page(PurePosixPath(path), _target(PurePosixPath(path))) for path in found]


def _target(source: PurePosixPath) -> PurePosixPath:
    inner = source.relative_to("docs") if source.parts[0] == "docs" else PurePosixPath(source.name.lower())
    if inner.name == "README.md":
        return inner.with_name("index.html")
    return inner.with_suffix(".html")


class Renderer:
    """Writes pages as HTML."""

    def __init__(
        self, all_pages: Sequence[Page], diagrams: Mapping[str, Diagram], lineage: Lineage, version: str
    ) -> None:
        """Keep what pages may link to; `diagrams` are the drawings that may occur, by their Mermaid text."""
        self._targets = {page.source: page.target for page in all_pages}
        self._diagrams = diagrams
        self._lineage = lineage
        self._version = version
        self._markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        environment = Environment(
            loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._template = environment.get_template("page.html.j2")
        self._style = Markup((_HERE / "page.css").read_text(encoding="utf-8"))

    def render(self, page: Page, text: str) -> str:
        """Return the HTML of a page; SiteError for a drawing that isn't what the manifest says."""
        if not page.source.suffix:
            text = f"# Licence\n\n```\n{text}\n```\n"
        tokens = self._markdown.parse(text)
        title = _headings(tokens)[0][1]
        body = self._markdown.renderer.render(self._ready(tokens, page), self._markdown.options, {})
        # Long lines are reached by keyboard too.
        body = body.replace("<pre>", '<pre tabindex="0">')
        return self._template.render(
            title=title,
            body=Markup(body),
            style=self._style,
            root=_relative(PurePosixPath("."), page.target.parent),
            is_index=page.target.name == "index.html" and len(page.target.parts) == 1,
            version=self._version,
            dbt_page=DBT_PAGE,
        )

    def _ready(self, tokens: list[Token], page: Page) -> list[Token]:
        """Give headings their names, turn drawings into SVG and links into those of the site."""
        for token, _, name in _headings(tokens):
            token.attrSet("id", name)
        for token in tokens:
            if token.type == "fence" and token.info.strip() == "mermaid":
                token.type, token.content = "html_block", self._drawing(token.content.strip(), page)
            elif token.type == "table_open":
                token.attrSet("tabindex", "0")
            for inner in _links(token.children or []):
                address = self._address(str(inner.attrGet("href")), page)
                if address is None:
                    # A file of the project: the site has no copy, its name is what tells.
                    inner.tag, inner.attrs = "code", {}
                else:
                    inner.attrSet("href", address)
            _close_links(token.children or [])
        return tokens

    def _drawing(self, text: str, page: Page) -> str:
        diagram = self._diagrams.get(text)
        if diagram is None:
            raise SiteError(
                f"A drawing in {page.source} is not what the models say; run tools/build_docs.py --refresh."
            )
        up = _relative(PurePosixPath("."), page.target.parent)
        addresses = {
            node.name: up + address for node in diagram.nodes if (address := self._dbt_address(node.name))
        }
        keys = "".join(
            f'<li><span style="background: {colour}"></span>{layer}</li>' for layer, colour in legend(diagram)
        )
        key = f'<ul class="key">{keys}</ul>' if addresses else ""
        return (
            '<figure class="lineage">'
            f'<div class="scroll" role="region" tabindex="0" aria-label="{diagram.title}">'
            f"{as_svg(diagram, addresses)}</div><figcaption>{diagram.title}{key}</figcaption></figure>\n"
        )

    def _address(self, link: str, page: Page) -> str | None:
        if re.match(r"[a-z]+:", link) or link.startswith("#"):
            return link
        path, _, anchor = link.partition("#")
        source = PurePosixPath(os.path.normpath(page.source.parent / unquote(path)))
        target = self._targets.get(source)
        if target is None:
            address = self._dbt_address(source.stem) if source.parts[0] in ("models", "seeds") else None
            return address and _relative(PurePosixPath("."), page.target.parent) + address
        return f"{_relative(target, page.target.parent)}{'#' if anchor else ''}{anchor}"

    def _dbt_address(self, name: str) -> str | None:
        kind = self._lineage.kind(name)
        return kind and f"{DBT_PAGE}#!/{kind}/{kind}.twe_ocmw.{name}"


def anchors(text: str) -> set[str]:
    """Return the names of the headings of a Markdown page, as links to them have it."""
    return {name for _, _, name in _headings(MarkdownIt("commonmark").enable("table").parse(text))}


def _headings(tokens: Sequence[Token]) -> list[tuple[Token, str, str]]:
    """Return each heading with its text and its name: the text in small letters, words joined by hyphens."""
    found: list[tuple[Token, str, str]] = []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or [])
            name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            again = sum(re.fullmatch(rf"{re.escape(name)}(-\d+)?", other) is not None for *_, other in found)
            found.append((opening, text, f"{name}-{again}" if again else name))
    return found


def _links(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.type == "link_open"]


def _close_links(tokens: Sequence[Token]) -> None:
    opened: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            opened.append(token.tag)
        elif token.type == "link_close":
            token.tag = opened.pop()


def _relative(target: PurePosixPath, folder: PurePosixPath) -> str:
    relative = os.path.relpath(target, folder)
    if str(target) != ".":
        return relative
    return "" if relative == "." else f"{relative}/"
