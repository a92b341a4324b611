"""The documentation: its queries run, its links lead somewhere, it shows what the models are."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest
from markdown_it import MarkdownIt

from compiled import Compiler
from figure_origins import FIGURES, lineage, origins, page
from warehouse import PROJECT, Build

PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("seeds/**/*.md")])
QUERIES = [
    pytest.param(query, id=f"{page.name}-{number}")
    for page in PAGES
    for number, query in enumerate(re.findall(r"```sql\n(.*?)```", page.read_text(), re.DOTALL), start=1)
]
PARTS_OF_AN_ANNEX_PAGE = ("What is counted", "Limits", "How to defend a figure", "Columns")
NOT_READING = {"stg_delivered_files"}
ANNEX_PAGES = sorted(PROJECT.glob("docs/annexes/annex_*.md"))


def links(page: Path) -> list[str]:
    """Return the targets of the links of a page, code excepted."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text())
    inline = [child for token in tokens for child in token.children or []]
    return [str(token.attrGet("href")) for token in inline if token.type == "link_open"]


@pytest.mark.parametrize("query", QUERIES)
def test_query_runs_and_finds_something(demonstration: Build, query: str) -> None:
    for statement in re.sub(r"--.*", "", query).split(";"):
        if statement.strip():
            assert demonstration.query(statement), statement


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_lead_somewhere(page: Path) -> None:
    """To a file of the project; MkDocs checks the headings."""
    for link in links(page):
        if re.match(r"https?:", link):
            continue
        path, _, _ = link.partition("#")
        target = page.parent / unquote(path) if path else page
        assert target.exists(), link
        assert target.resolve().is_relative_to(PROJECT), link


def test_the_index_leads_to_every_page() -> None:
    index = PROJECT / "docs/README.md"
    reached = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    assert set(PROJECT.glob("docs/**/*.md")) - {index} <= reached
    assert index in {(PROJECT / link).resolve() for link in links(PROJECT / "README.md")}


@pytest.mark.parametrize("page", ANNEX_PAGES, ids=lambda page: page.stem)
def test_a_page_of_an_annex_has_all_its_parts(
    page: Path, manifest: Mapping[str, Mapping], demonstration: Build
) -> None:
    """Its question as the workbook asks it, and the columns of each of its marts."""
    text, annex = page.read_text(), page.stem.removeprefix("annex_")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == list(PARTS_OF_AN_ANNEX_PAGE)
    (asked,) = demonstration.query(f"select question_nl from marts.dim_annexes where annex = {annex}")
    assert f"\n> {asked['question_nl']}\n" in text
    names = {node["name"] for node in manifest["nodes"].values() if node.get("schema") == "marts"}
    marts = {name for name in names if name.startswith(f"annex_{annex}_")}
    assert set(re.findall(r"<!-- columns (\w+) -->", text)) == marts


def test_every_annex_has_a_page(demonstration: Build) -> None:
    annexes = {f"annex_{row['annex']}" for row in demonstration.query("select annex from marts.dim_annexes")}
    assert {page.stem for page in ANNEX_PAGES} == annexes


def test_every_table_and_column_is_described(manifest: Mapping[str, Mapping], demonstration: Build) -> None:
    """Those that the warehouse has, not only those that the YAML names."""
    described = {
        (node["schema"], node["name"]): node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    columns = demonstration.query(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal"
    )
    missing = [
        (schema, table, column)
        for row in columns
        for schema, table, column in [tuple(map(str, row.values()))]
        if (node := described.get((schema, table)))
        and not (node["description"] and node["columns"].get(column, {}).get("description"))
    ]
    assert len({(row["schema_name"], row["table_name"]) for row in columns} & set(described)) > 80
    assert not missing


@pytest.fixture(scope="module")
def nodes(manifest: Mapping[str, Mapping], compiler: Compiler) -> Mapping[str, Mapping]:
    """Return the models and seeds by name, the models with their SQL."""
    sql = {name: model.sql for name, model in compiler.project(delivered=False).models.items()}
    return {
        node["name"]: {**node, "compiled_code": sql.get(node["name"])}
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }


@pytest.fixture(scope="module")
def opened(demonstration: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demonstration.database), read_only=True) as connection:
        yield connection


def test_every_heading_leads_to_delivered_columns(
    nodes: Mapping[str, Mapping], opened: duckdb.DuckDBPyConnection
) -> None:
    headings = opened.execute(
        "select annex, measure, dimension, category, header_nl from marts.dim_figures"
        " where header_nl is not null"
    ).fetchall()
    trace = lineage(nodes, opened)
    for *key, _ in headings:
        known = dict(zip(("annex", "measure", "dimension", "category"), map(str, key), strict=True))
        assert any(table.startswith("raw_") for table, _ in trace.of(FIGURES, ["value"], known)), key
    shown = origins(nodes, opened, trace)
    assert {each["header"] for origin in shown for each in origin.headings} >= {row[-1] for row in headings}
    assert all(origin.of(lambda table: table.startswith("raw_")) for origin in shown)


def test_every_model_is_traced_and_those_behind_figures_are_on_the_page(
    nodes: Mapping[str, Mapping],
    opened: duckdb.DuckDBPyConnection,
    demonstration: Build,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trace = lineage(nodes, opened)
    for name, node in nodes.items():
        if node["resource_type"] == "model":
            read = {(table, column) for table, column in trace.of(name, node["columns"]) if column}
            assert all(column in nodes[table]["columns"] for table, column in read), name
            # The names of the bundled seeds are constants, and without an earlier state nothing is compared.
            assert {table for table, _ in read} - {name} or name in NOT_READING or "revisions" in node["fqn"]
    monkeypatch.setenv("TWE_DATABASE", str(demonstration.database))
    text = page(nodes, lambda table: f"[{table}]")
    named = {node["unique_id"]: name for name, node in nodes.items() if node["resource_type"] == "model"}
    behind, waiting = set[str](), [FIGURES]
    while waiting:
        if (name := waiting.pop()) not in behind:
            behind.add(name)
            waiting += [named[key] for key in nodes[name]["depends_on"]["nodes"] if key in named]
    assert {name for name in behind if f"\n| [{name}] |" not in text} == set()


def test_origins_checked_by_hand(nodes: Mapping[str, Mapping], opened: duckdb.DuckDBPyConnection) -> None:
    """By the contract: which versions count, where, and for annex 5 the end, spells, later trajectories."""
    found = {
        (origin.annex, origin.name): origin.of(lambda table: table.startswith("raw_"))
        for origin in origins(nodes, opened, lineage(nodes, opened))
    }
    current = ["is_void", "recorded_at"]
    started = ["ocmw_nis", "start_date", "trajectory_id", *current]
    assert found[5, "trajectories by work"] == {
        "raw_outflow": sorted(["client_id", "end_date", "spell_code", "spell_id", "start_date", *current]),
        "raw_trajectories": sorted(["client_id", "end_date", *started]),
    }
    # The total of annex 2 is that of its first dimension.
    assert found[2, "trajectories by total"] == {"raw_trajectories": sorted(["gender", *started])}
    assert found[2, "trajectories by age"] == {"raw_trajectories": sorted(["birth_date", *started])}
    assert found[4, "mean_months by total"] == {"raw_trajectories": sorted(["end_date", *started])}
    assert found[3, "claimed_eur by total"] == {
        "raw_subsidy_claims": sorted(
            ["claim_id", "claimed_eur", "ocmw_nis", "performance_month", "stream", *current]
        )
    }
    assert set(found[6, "transmissions by decision"]) == {"raw_trajectories", "raw_transmissions"}
    assert {"decision", "decision_date"} <= set(found[6, "transmissions by decision"]["raw_transmissions"])


def test_every_seed_is_in_the_page_of_sources() -> None:
    text = (PROJECT / "docs/sources.md").read_text()
    seeds = {path.stem for path in PROJECT.glob("seeds/reference/*.csv")}
    assert {seed for seed in seeds if f"`{seed}`" not in text} == set()
    assert "Bron: Statbel (REFNIS 2019 en 2025; bevolking op 1 januari 2018 en 2020)" in text


def test_the_changelog_ends_at_the_version_of_the_project() -> None:
    (version,) = re.findall(r'^version: "(.*)"$', (PROJECT / "dbt_project.yml").read_text(), re.MULTILINE)
    released = re.findall(
        r"^## (\d\S*) - \d{4}-\d\d-\d\d$", (PROJECT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert released[0] == version
    assert f'version = "{version}"' in (PROJECT / "pyproject.toml").read_text()
