"""A diagram as Mermaid text, for readers of the Markdown pages, and as SVG by Graphviz, for the site."""

import re
import shutil
import subprocess
from html import escape

from twe.site.errors import SiteError
from twe.site.lineage import LAYERS, Diagram

# Letters of 11 points stay readable.
_SMALLEST = 0.65
# Okabe and Ito's colours, lightened so that black text has contrast on them.
_FILLS = {
    "delivered": "#e8e8e8",
    "reference": "#f6efb8",
    "staging": "#dbeefa",
    "validation": "#c6e2f3",
    "quality": "#f7d9c4",
    "records": "#cdebe0",
    "facts": "#a9dcc9",
    "dimensions": "#efe3a0",
    "annexes": "#f3cfe2",
    "figures": "#ead9f7",
    "revisions": "#ecdcf0",
    "questions": "#ecdcf0",
    "publication": "#ecdcf0",
    "exposures": "#ffffff",
}


def as_mermaid(diagram: Diagram) -> str:
    """Return the diagram as the text of a Mermaid flowchart, from left to right."""
    lines = ["flowchart LR", f"    accTitle: {diagram.title}"]
    is_framed = len(diagram.layers) < len(diagram.nodes)
    for layer in diagram.layers:
        nodes = [node for node in diagram.nodes if node.layer == layer]
        if is_framed:
            lines.append(f'    subgraph {_identifier(f"layer {layer}")}["{layer}"]')
        indent = " " * (8 if is_framed else 4)
        for node in nodes:
            label = node.label.replace('"', "#quot;").replace("\n", "<br>")
            lines.append(f'{indent}{_identifier(node.name)}["{label}"]')
        if is_framed:
            lines.append("    end")
    lines += [f"    {_identifier(one)} --> {_identifier(other)}" for one, other in diagram.arrows]
    return "\n".join(lines)


def as_svg(diagram: Diagram, addresses: dict[str, str]) -> str:
    """Return the diagram as an SVG element drawn by Graphviz, which shrinks somewhat to fit its place.

    A box whose name is in `addresses` is a link. SiteError when Graphviz is missing or fails.
    """
    program = shutil.which("dot")
    if program is None:
        raise SiteError("The lineage is drawn by Graphviz: install Debian's package graphviz.")
    drawn = subprocess.run(
        [program, "-Tsvg"], input=_as_dot(diagram, addresses), capture_output=True, text=True, check=False
    )
    if drawn.returncode:
        raise SiteError(f"Graphviz could not draw '{diagram.title}': {drawn.stderr.strip()}")
    svg = drawn.stdout[drawn.stdout.index("<svg") :]
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    # Tooltips would repeat the label, and names of frames mean nothing to a reader.
    svg = re.sub(r"<title>.*?</title>\n?", "", svg, flags=re.DOTALL)

    def resized(found: re.Match[str]) -> str:
        width = int(found[1])
        size = f"width: 100%; max-width: {width}pt; min-width: {round(width * _SMALLEST)}pt"
        return f'<svg role="img" aria-label="{escape(diagram.title)}" style="{size}"'

    return re.sub(r'<svg width="(\d+)pt" height="\d+pt"', resized, svg, count=1)


def _as_dot(diagram: Diagram, addresses: dict[str, str]) -> str:
    lines = [
        "digraph {",
        'rankdir=LR; bgcolor=transparent; nodesep=0.12; ranksep=0.3; fontname="Helvetica"; fontsize=11;',
        'node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11, height=0.3];',
        'node [margin="0.1,0.05"];',
        'edge [color="#555555", arrowsize=0.6];',
    ]
    for node in diagram.nodes:
        options = {"label": node.label, "fillcolor": _FILLS[node.layer], "color": "#666666"}
        if node.name in addresses:
            options |= {"URL": addresses[node.name], "target": "_top"}
        lines.append(f"{_quoted(node.name)} [{', '.join(f'{k}={_quoted(v)}' for k, v in options.items())}];")
    lines += [f"{_quoted(one)} -> {_quoted(other)};" for one, other in diagram.arrows]
    return "\n".join([*lines, "}"])


def legend(diagram: Diagram) -> list[tuple[str, str]]:
    """Return name and colour of each layer of a diagram, in the order of a build."""
    return [(layer, _FILLS[layer]) for layer in diagram.layers]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _identifier(name: str) -> str:
    return re.sub(r"\W", "_", name)


assert set(_FILLS) == set(LAYERS)
