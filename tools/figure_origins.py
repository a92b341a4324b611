"""The page of the documentation that leads from a heading of the workbook to the delivered columns."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp, parse_one

from lineage import Column, Lineage, Nodes

FIGURES = "figures"
RAW = "raw_"
# They decide which rows count, of every figure: the page lists once what they read.
FOR_ALL = ("int_as_of", "dim_municipalities", "dim_parameters", "dim_reporting_years")
REJECTED = "__rejected"
_COVERED = """
Every heading of the workbook, from `marts.figures` through the models down to the delivered columns, as the
compiled SQL with the default settings has it. A column is listed when the value is made of it, or when it is
in a condition, a join or a grouping on the way; so is a model. What decides for every figure whether a row
counts at all, and which municipalities and years there are, is listed [once](#for-every-figure). The
[conditions](#the-models-on-the-way) of a model are those of its SQL, without plain joins of two columns.
"""
_MEASURES = """
    select
        measures.annex, measures.measure, measures.dimension, measures.sheet, measures.label_nl,
        list(names.category order by names.sort_order)
            filter (where names.category is not null) as categories,
        list({'header': names.header_nl, 'meaning': names.meaning_nl} order by names.sort_order)
            filter (where names.header_nl is not null) as headings
    from reference.measures as measures
    left join marts.dim_figures as names using (annex, measure, dimension)
    group by all
    order by measures.annex, min(measures.sort_order)
"""
_OTHER_SHEETS = """
    select annex, sheet, mart
    from reference.sheets
    where mart not in (select mart from reference.measures where mart is not null)
    order by annex, sort_order
"""


@dataclass(frozen=True)
class Origin:
    """A measure of the workbook and every column that it comes from."""

    annex: int
    name: str
    sheet: str
    headings: tuple[Mapping[str, str], ...]
    columns: frozenset[Column]

    @property
    def anchor(self) -> str:
        """Return the name by which a link finds it on the page."""
        return f"annex-{self.annex}-{self.name.replace(' by ', '-').replace('_', '-')}"

    def of(self, is_wanted: Callable[[str], bool]) -> dict[str, list[str]]:
        """Return the columns of the tables that are wanted."""
        found: dict[str, list[str]] = {}
        for table, column in sorted(self.columns):
            if is_wanted(table):
                found.setdefault(table, []).extend([column] if column else [])
        return found


def origins(nodes: Nodes, warehouse: duckdb.DuckDBPyConnection, trace: Lineage) -> list[Origin]:
    """Return where the measures of a built warehouse come from, by dbt's models and seeds with their SQL."""
    found = []
    for annex, measure, dimension, sheet, label, categories, headings in warehouse.execute(
        _MEASURES
    ).fetchall():
        known = {"annex": str(annex), "measure": measure, "dimension": dimension}
        columns: set[Column] = set()
        for category in categories or [None]:
            of_category = known | ({"category": category} if category else {})
            columns |= trace.of(FIGURES, ("value", "category", "year", "area_code"), of_category)
        where = "A table of its own." if sheet else "Only in the CSV files."
        of_table = tuple(headings or [{"header": label, "meaning": where}])
        place = f"Bijlage {annex} {sheet or ''}".strip() if headings or sheet else "none"
        found.append(Origin(annex, f"{measure} by {dimension}", place, of_table, frozenset(columns)))
    for annex, sheet, mart in warehouse.execute(_OTHER_SHEETS).fetchall():
        columns = trace.of(mart, nodes[mart]["columns"])
        found.append(
            Origin(
                annex,
                mart,
                f"Bijlage {annex} {sheet}",
                ({"header": sheet, "meaning": "A table of its own."},),
                frozenset(columns),
            )
        )
    return sorted(found, key=lambda origin: origin.annex)


def lineage(nodes: Nodes, warehouse: duckdb.DuckDBPyConnection) -> Lineage:
    """Return what traces columns down to the delivered ones and to the models that hold for every figure."""
    rows = {}
    for name, node in nodes.items():
        if node["resource_type"] == "seed" and not name.startswith(RAW):
            found = warehouse.execute(f"select cast(columns(*) as varchar) from {node['schema']}.{name}")
            names = [column[0] for column in found.description or ()]
            rows[name] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return Lineage(nodes, rows, [name for name in nodes if _is_for_all(name)])


def _is_for_all(table: str) -> bool:
    return table in FOR_ALL or table.endswith(REJECTED)


def page(nodes: Nodes, link: Callable[[str], str]) -> str:
    """Return the page about the warehouse TWE_DATABASE; `link` gives a table with the address of its SQL."""
    path = Path(os.environ["TWE_DATABASE"])
    with duckdb.connect(str(path), read_only=True) as warehouse:
        trace = lineage(nodes, warehouse)
        return "\n".join(_lines(nodes, origins(nodes, warehouse, trace), trace, link))


def _lines(nodes: Nodes, found: list[Origin], trace: Lineage, link: Callable[[str], str]) -> Iterator[str]:
    depth = _depths(nodes)

    def in_order(models: set[str]) -> list[str]:
        return sorted(models, key=lambda name: (-depth[name], name))

    on_the_way: set[str] = set()
    for_all: set[str] = set()
    yield _COVERED
    annex = 0
    for origin in found:
        if origin.annex != annex:
            annex = origin.annex
            yield f"\n## Annex {annex}\n"
        models = {name for name, _ in origin.columns if nodes[name]["resource_type"] == "model"}
        for_all |= {name for name in models if _is_for_all(name)}
        on_the_way |= models - for_all
        yield f"\n### Annex {annex}: {_code(origin.name)} {{ #{origin.anchor} }}\n"
        yield _rows("heading", "meaning", ((each["header"], each["meaning"]) for each in origin.headings))
        yield f"\n- sheet: {origin.sheet}"
        shown = {origin.name} & nodes.keys()
        marts = shown or {name for name in models if nodes[name]["fqn"][1:3] == ["marts", "annexes"]}
        read = origin.of((marts or {name for name in models if name.startswith("fct_")}).__contains__)
        yield f"- read from: {_columns(read, link)}"
        yield f"- models: {', '.join(map(link, in_order(models - for_all)))}"
        seeds = origin.of(lambda name: nodes[name]["resource_type"] == "seed" and not name.startswith(RAW))
        yield f"- code lists: {', '.join(map(link, seeds))}"
        yield f"- delivered columns: {_columns(origin.of(lambda name: name.startswith(RAW)), link)}"
    yield "\n## For every figure\n"
    yield _rows(
        "table",
        "what it decides, and of which delivered columns",
        (
            (link(name), f"{_first_sentence(nodes[name])} {_raw(nodes, trace, name)}")
            for name in sorted(for_all)
        ),
    )
    yield "\n## The models on the way\n"
    yield _rows(
        "model",
        "what a row is, and its conditions",
        (
            (link(name), " · ".join([_first_sentence(nodes[name]), *map(_code, conditions(nodes[name]))]))
            for name in in_order(on_the_way)
        ),
    )


def conditions(node: Mapping[str, Any]) -> list[str]:
    """Return the conditions of `where` and `on` in the SQL of a model, without plain joins of two columns."""
    found = []
    for select in parse_one(node["compiled_code"], dialect="duckdb").find_all(exp.Select):
        parts = [select.args.get("where"), *(join.args.get("on") for join in select.args.get("joins") or ())]
        for part in parts:
            whole = part.this if isinstance(part, exp.Where) else part
            for one in whole.flatten() if isinstance(whole, exp.And) else [whole] if whole else []:
                if not (isinstance(one, exp.EQ) and {type(one.left), type(one.right)} == {exp.Column}):
                    found.append(one.sql("duckdb"))
    return list(dict.fromkeys(found))


def _raw(nodes: Nodes, trace: Lineage, name: str) -> str:
    read: dict[str, list[str]] = {}
    for table, column in sorted(trace.of(name, nodes[name]["columns"])):
        if table.startswith(RAW) and column:
            read.setdefault(table, []).append(column)
    return _columns(read, _code)


def _depths(nodes: Nodes) -> dict[str, int]:
    by_id = {node["unique_id"]: name for name, node in nodes.items()}

    @cache
    def depth(name: str) -> int:
        parents = nodes[name]["depends_on"].get("nodes", ())
        return 1 + max((depth(by_id[parent]) for parent in parents if parent in by_id), default=0)

    return {name: depth(name) for name in nodes}


def _columns(read: Mapping[str, list[str]], link: Callable[[str], str]) -> str:
    return "; ".join(f"{link(table)}: {', '.join(map(_code, names))}" for table, names in read.items())


def _rows(one: str, other: str, rows: Iterable[tuple[str, str]]) -> str:
    cells = [(one, other), ("---", "---"), *((_cell(left), _cell(right)) for left, right in rows)]
    return "\n".join(f"| {left} | {right} |" for left, right in cells)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`"


def _first_sentence(node: Mapping[str, Any]) -> str:
    return " ".join(node["description"].split()).partition(". ")[0].rstrip(".") + "."
