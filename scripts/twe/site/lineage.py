"""Which table is made of which, read from dbt's manifest.

There are two kinds of diagrams: the layers of the whole project, and per annex the tables behind its marts.
So that they fit a page, only code lists are followed behind a table that is looked up (a dimension, the
as-of day), and an annex has no arrow where a longer way connects two tables. dbt's own page draws all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import networkx as nx

ANNEXES = range(1, 7)
_AS_OF = "int_as_of"


@dataclass(frozen=True, order=True)
class Node:
    """A box: `name` is unique in its diagram, `layer` the name of the frame around it."""

    name: str
    layer: str
    label: str


@dataclass(frozen=True)
class Diagram:
    """Boxes and the arrows between their names, both in a fixed order; `title` says what is drawn."""

    title: str
    nodes: tuple[Node, ...]
    arrows: tuple[tuple[str, str], ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """Return the layers that occur, in the order of a build."""
        there = {node.layer for node in self.nodes}
        return tuple(layer for layer in LAYERS if layer in there)


# A layer of the diagram and the words on its one box in the overview.
LAYERS: Mapping[str, str] = {
    "delivered": "delivered files\nor the bundled synthetic seeds",
    "reference": "reference seeds\ncode lists, municipalities",
    "staging": "staging\none row per delivered row, typed",
    "validation": "validation\ninvalid rows, duplicates, warnings",
    "quality": "quality\nquarantine, warnings, balance",
    "records": "records\ncurrent versions, one rule per model",
    "facts": "facts\none row per event",
    "dimensions": "dimensions",
    "annexes": "the annex marts",
    "figures": "figures\nevery figure, of every area",
    "revisions": "revisions\nwhat changed since",
    "questions": "questions\nready answers",
    "publication": "publication\ncells and equations",
    "exposures": "workbook, report\nand other readers",
}


class Lineage:
    """The tables of a parsed project and what each is made of."""

    def __init__(self, manifest: Mapping[str, Mapping]) -> None:
        """Read dbt's manifest.json, as parsed."""
        nodes = {
            key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")
        }
        self._columns = {
            node["name"]: {name: column["description"] for name, column in node["columns"].items()}
            for node in nodes.values()
        }
        self._node = {node["name"]: node for node in nodes.values()}
        self.graph = nx.DiGraph()
        for node in nodes.values():
            self.graph.add_node(node["name"], layer=_layer(node))
        names = {key: node["name"] for key, node in nodes.items()}
        exposures = manifest.get("exposures", {})
        for exposure in exposures.values():
            self.graph.add_node(exposure["name"], layer="exposures", label=exposure.get("label"))
        names |= {key: exposure["name"] for key, exposure in exposures.items()}
        for key, node in (nodes | exposures).items():
            for parent in node["depends_on"].get("nodes", ()):  # a seed has none
                if parent in names:
                    self.graph.add_edge(names[parent], names[key])

    def columns(self, model: str) -> Mapping[str, str]:
        """Return the columns of a model in their order, each with its description; KeyError for no model."""
        return self._columns[model]

    def kind(self, name: str) -> str | None:
        """Return what dbt calls it (model, seed or exposure); None for what dbt has no page of."""
        if name in self._node:
            return self._node[name]["resource_type"]
        is_exposure = name in self.graph and self.graph.nodes[name]["layer"] == "exposures"
        return "exposure" if is_exposure else None

    def path(self, model: str) -> str:
        """Return where the model is made, from the folder of the project; KeyError for no model."""
        return self._node[model]["original_file_path"]

    def marts(self, annex: int) -> list[str]:
        """Return the marts of an annex, the correction triangle of annex 3 among them."""
        return sorted(
            name
            for name, node in self._node.items()
            if node["schema"] == "marts" and re.match(rf"annex_{annex}_", name)
        )

    @cached_property
    def overview(self) -> Diagram:
        """Return the layers with an arrow wherever a table of one is made of a table of another."""
        graph = self._simplified()
        layer = graph.nodes(data="layer")
        arrows = {(layer[parent], layer[child]) for parent, child in graph.edges}
        there = {layer[node] for node in graph}
        nodes = tuple(Node(name, name, label) for name, label in LAYERS.items() if name in there)
        order = list(LAYERS).index
        # Code lists go nearly everywhere: their arrows would hide the way of the records.
        kept = {(one, other) for one, other in arrows if one not in (other, "reference")}
        kept |= {(one, other) for one, other in arrows if one == "reference" and other in _READ_CODES}
        return Diagram(
            "Layers of the project, from delivered files to the workbook",
            nodes,
            tuple(sorted(kept, key=lambda pair: (order(pair[0]), order(pair[1])))),
        )

    def of_annex(self, annex: int) -> Diagram:
        """Return what the marts of an annex are made of, back to the delivered files and the code lists."""
        graph = self._simplified()
        marts = self.marts(annex)
        readers = {
            child
            for mart in marts
            for child in graph.successors(mart)
            if graph.nodes[child]["layer"] == "exposures"
        }
        behind = {ancestor for mart in marts for ancestor in nx.ancestors(graph, mart)}
        shown = graph.subgraph(behind | set(marts) | readers)
        arrows = nx.transitive_reduction(shown).edges
        layer = self.graph.nodes(data="layer")
        return Diagram(
            f"What annex {annex} is made of",
            tuple(sorted(Node(name, layer[name], self._label(name)) for name in shown)),
            tuple(sorted(arrows)),
        )

    def _label(self, name: str) -> str:
        return self.graph.nodes[name].get("label") or name

    def _simplified(self) -> nx.DiGraph:
        graph = self.graph.copy()
        layer = graph.nodes(data="layer")
        looked_up = {_AS_OF, *(name for name in graph if layer[name] == "dimensions")}
        graph.remove_edges_from(
            [
                (parent, child)
                for parent, child in graph.edges
                if child in looked_up and layer[parent] != "reference"
            ]
        )
        return graph


_READ_CODES = {"validation", "records", "facts", "dimensions"}


def _layer(node: Mapping) -> str:
    if node["resource_type"] == "seed":
        return "delivered" if node["schema"] == "raw" else "reference"
    folder, *inner = node["fqn"][1:-1]
    if folder == "intermediate":
        return inner[0]
    if inner == ["core"]:
        return "facts" if node["name"].startswith("fct_") else "dimensions"
    if inner[:1] == ["figures"]:
        return "figures"
    return "annexes" if inner == ["annexes"] or node["name"].startswith("annex_3_") else folder
