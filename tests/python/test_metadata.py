"""Everything dbt knows of the project is described and tested, and what the descriptions say is true."""

import fnmatch
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from twe.warehouse.layout import layout_version
from warehouse import PROJECT, Build

BOUNCER = Path(sys.executable).with_name("dbt-bouncer")
RULES = PROJECT / "dbt-bouncer.yml"
SHORTEST_DESCRIPTION = 8

Node = dict[str, Any]


# The folders whose models are in another schema than that of the first folder.
SCHEMAS = {
    "marts/figures/parts": "intermediate",
    "revisions": "marts",
    "revisions/comparison": "intermediate",
}
# A digest of the tables that other programs read, per version; one that was never released may be replaced.
LAYOUTS = {1: "36cbeea3154c4dfe", 2: "6e21a6ee562d525f", 3: "477a4a72e48a07a6"}
READ_SCHEMAS = ("marts", "publication", "quality", "reference")
FUNCTIONS = (
    "publication.publication_equations",
    *("questions.answers", "questions.figure_records", "questions.stock_on", "questions.trend"),
)


def models_in_files() -> Iterator[tuple[str, str]]:
    """Yield schema.name and description of each model, as its properties file has them."""
    for path in sorted(PROJECT.glob("models/**/_*__models.yml")):
        folder = path.relative_to(PROJECT / "models").parent.as_posix()
        schema = SCHEMAS.get(folder, folder.partition("/")[0])
        for model in yaml.safe_load(path.read_text())["models"]:
            yield f"{schema}.{model['name']}", model["description"]


MODELS = [pytest.param(table, description, id=table) for table, description in models_in_files()]


def own(manifest: dict[str, Any], *kinds: str) -> list[Node]:
    """Return the project's own nodes of the given kinds."""
    everything = [
        *manifest["nodes"].values(),
        *manifest["macros"].values(),
        *manifest["exposures"].values(),
        *manifest["unit_tests"].values(),
        *manifest["groups"].values(),
    ]
    return [
        node for node in everything if node["package_name"] == "twe_ocmw" and node["resource_type"] in kinds
    ]


def described_things(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and description of all that a reader of the project can ask about."""
    for node in own(manifest, "model", "seed", "macro", "exposure", "unit_test", "group", "test"):
        # A generic test on a model is described with the test it is one of: its macro, or dbt's own.
        if node["resource_type"] == "test" and node.get("test_metadata"):
            continue
        yield node["unique_id"], node["description"]
        for column in node.get("columns", {}).values():
            yield f"{node['unique_id']}.{column['name']}", column["description"]
        for argument in node.get("arguments", []):
            yield f"{node['unique_id']}({argument['name']})", argument["description"]


def test_everything_is_described(manifest: dict[str, Any]) -> None:
    found = dict(described_things(manifest))
    assert {name for name, text in found.items() if len((text or "").strip()) < SHORTEST_DESCRIPTION} == set()


def test_every_model_and_seed_is_tested(manifest: dict[str, Any]) -> None:
    tested = {parent for test in own(manifest, "test") for parent in test["depends_on"]["nodes"]}
    tested |= {f"model.twe_ocmw.{test['model']}" for test in own(manifest, "unit_test")}
    assert {node["unique_id"] for node in own(manifest, "model", "seed")} - tested == set()


def test_every_seed_column_is_typed_and_described(manifest: dict[str, Any]) -> None:
    for seed in own(manifest, "seed"):
        header = (PROJECT / seed["original_file_path"]).read_text().partition("\n")[0].strip().split(",")
        assert list(seed["columns"]) == header, seed["name"]
        assert set(seed["config"]["column_types"]) == set(header), seed["name"]


def test_described_columns_are_those_of_the_tables(manifest: dict[str, Any], demonstration: Build) -> None:
    for model in own(manifest, "model"):
        if model["config"]["materialized"] == "table_function":
            continue  # it describes its parameters too
        assert list(model["columns"]) == list(demonstration.types(f"{model['schema']}.{model['name']}"))


def test_another_layout_has_another_version(manifest: dict[str, Any]) -> None:
    """When this fails: raise layout_version in dbt_project.yml, and add its digest to LAYOUTS."""
    tables = {
        f"{node['schema']}.{node['name']}": sorted(
            (name, column["data_type"] or node["config"].get("column_types", {}).get(name))
            for name, column in node["columns"].items()
        )
        for node in own(manifest, "model", "seed")
        if node["schema"] in READ_SCHEMAS
    }
    assert len(tables) > 50
    digest = hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:16]
    assert LAYOUTS.get(layout_version()) == digest


@pytest.mark.parametrize(("table", "description"), MODELS)
def test_example_of_a_model_gives_an_answer(table: str, description: str, demonstration: Build) -> None:
    (query,) = re.findall(r"```sql\n(.*?)```", description, re.DOTALL)
    assert re.search(rf"\b(from|join) {re.escape(table)}\b", query), "the example is about another model"
    answer = demonstration.query(query)
    if table in FUNCTIONS or demonstration.query(f"select 1 from {table} limit 1"):
        assert any(value is not None for row in answer for value in row.values())


def test_every_rule_is_kept_or_left_out_with_a_reason() -> None:
    listed = subprocess.run(
        [str(BOUNCER), "list", "--output-format", "json"], capture_output=True, text=True, check=True
    )
    rules = set(re.findall(r"\bcheck_[a-z_]+", snake_case(listed.stdout)))
    assert len(rules) > 100
    text = RULES.read_text()
    kept = {
        check["name"]
        for checks in yaml.safe_load(text).values()
        if isinstance(checks, list)
        for check in checks
    }
    reasons = text.partition("# Left out, with the reason.")[2]
    left_out = set(re.findall(r"\bcheck_[a-z_*]+", reasons))
    assert {
        rule for rule in rules - kept if not any(fnmatch.fnmatch(rule, name) for name in left_out)
    } == set()
    assert {name for name in left_out if fnmatch.filter(kept, name)} == set(), "both kept and left out"
    assert {name for name in left_out if not fnmatch.filter(rules, name)} == set(), "there is no such rule"


def snake_case(text: str) -> str:
    """Write CheckModelNames as check_model_names."""
    return re.sub(r"\bCheck\w+", lambda name: re.sub(r"(?<!^)(?=[A-Z])", "_", name[0]).lower(), text)
