"""Which table is made of which, read from dbt's manifest.

Two views are drawn: the layers of the whole project, and per annex the tables behind its marts. So that they
fit a page, tables that only speed up increments are left out and nothing but code lists is followed behind a
table that is only looked up (a dimension, the as-of day). Of an annex, refused rows are left out too, as they
reach no figure, and arrows where a longer way says the same. dbt's own page draws everything.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import networkx as nx

ANNEXES = range(1, 7)
_INCREMENT_HELPERS = {
    "stg_delivered_files",
    "int_changed_clients",
    "int_changed_keys",
    "int_subsidies__changed_lines",
    "int_subsidies__judged",
}
_AS_OF = "int_as_of"
_REFUSED = ("__faults", "__repeats")
_COUNTING = ("__accepted", "__existing", *_REFUSED)


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
    "which rows count": "which rows count\nfaults, repeats, accepted, existing",
    "quality": "quality\nquarantine, warnings, balance",
    "rules": "rules\none per model",
    "facts": "facts\none row per event",
    "dimensions": "dimensions",
    "annexes": "the annex marts",
    "revisions": "revisions\nwhat changed since",
    "questions": "questions\nready answers",
    "publication": "publication\ncounts and equations",
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
        for name in [name for name in self.graph if name.startswith("stg_")]:
            # Delivered files are read by name, without a source in the manifest.
            raw = f"raw_{name.removeprefix('stg_')}"
            if name not in _INCREMENT_HELPERS:
                self.graph.add_node(raw, layer="delivered")
                self.graph.add_edge(raw, name)

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
        graph = _without_refused(self._simplified())
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
        graph.remove_nodes_from(_INCREMENT_HELPERS)
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


def _without_refused(graph: nx.DiGraph) -> nx.DiGraph:
    """Return the graph in which what refuses rows is passed by: its code lists lead to the accepted rows."""
    for name in [name for name in graph if name.endswith(_REFUSED)]:
        parents: Iterable[str] = list(graph.predecessors(name))
        for child in list(graph.successors(name)):
            graph.add_edges_from((parent, child) for parent in parents)
        graph.remove_node(name)
    return graph


_READ_CODES = {"which rows count", "rules", "dimensions"}


def _layer(node: Mapping) -> str:
    name, schema = node["name"], node["schema"]
    if node["resource_type"] == "seed":
        return "delivered" if schema == "raw" else "reference"
    if "revisions" in node["fqn"] or name.startswith("annex_revision"):
        return "annexes" if name.startswith("annex_3_") else "revisions"
    if "publication" in node["fqn"]:
        return "publication"
    if schema == "intermediate":
        helpers = _INCREMENT_HELPERS | {_AS_OF}
        return "which rows count" if name.endswith(_COUNTING) or name in helpers else "rules"
    if schema == "marts":
        return {"fct": "facts", "dim": "dimensions"}.get(name.split("_")[0], "annexes")
    return schema
