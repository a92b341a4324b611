"""What suppliers are told agrees with what the plain-Python rules accept, and with the standard."""

import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import supplier_contract
from oracle.codes import EXTRACTS, OPTIONAL_EXTRACTS, municipalities
from warehouse import PROJECT

TYPES = {"text": "string", "nis": "string", "month": "date", "amount": "number"}


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the file that the tool writes."""
    path = tmp_path_factory.mktemp("contract") / "contract.yaml"
    subprocess.run([sys.executable, PROJECT / "tools/supplier_contract.py", path], check=True)
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def schemas(contract: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {schema["name"]: schema for schema in contract["schema"]}


def rules(element: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {rule["name"]: rule for rule in element.get("quality", [])}


def custom(element: dict[str, Any]) -> dict[str, Any]:
    return {each["property"]: each["value"] for each in element["customProperties"]}


def test_it_follows_the_standard(contract: dict[str, Any]) -> None:
    """The JSON schema of the Open Data Contract Standard, which refuses unknown keys."""
    schema = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(contract)] == []
    contract["schema"][0]["properties"][0]["no_such_key"] = 1
    assert not validator.is_valid(contract)
    del contract["schema"][0]["properties"][0]["no_such_key"]


def test_it_has_the_columns_of_the_project(contract: dict[str, Any]) -> None:
    listed = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["raw_columns"]
    assert {
        name: [column["name"] for column in schema["properties"]]
        for name, schema in schemas(contract).items()
    } == {extract: [column["name"] for column in columns] for extract, columns in listed.items()}
    assert {name for name, schema in schemas(contract).items() if custom(schema)["mayHaveNoFile"]} == (
        OPTIONAL_EXTRACTS
    )


@pytest.mark.parametrize("extract", EXTRACTS)
def test_a_column_is_what_the_rules_read(contract: dict[str, Any], extract: str) -> None:
    """Type, whether it may be empty, what an unreadable value costs, and the codes."""
    told = schemas(contract)[extract]["properties"]
    for column, rule in zip(told, EXTRACTS[extract], strict=True):
        assert column["name"] == rule.name
        assert column["logicalType"] == TYPES.get(rule.kind, rule.kind), rule.name
        assert column["required"] == rule.required, rule.name
        assert ("is refused" in custom(column)["ifEmptyOrUnreadable"]) == rule.costs_row, rule.name
        codes = set(municipalities()) if rule.name == "ocmw_nis" else rule.codes | rule.known
        known = rules(column).get("known_code", {"arguments": {"validValues": []}})
        assert set(known["arguments"]["validValues"]) == codes, rule.name
        assert ("acceptedForms" in custom(column)) == bool(codes or rule.kind != "text"), rule.name
        assert column["description"] and "{{" not in column["description"]


@pytest.mark.parametrize("extract", EXTRACTS)
def test_the_key_and_the_refusals_are_those_of_the_models(contract: dict[str, Any], extract: str) -> None:
    model = f"models/intermediate/validation/int_{extract.removeprefix('raw_')}__rejected.sql"
    sql = (PROJECT / model).read_text()
    (key,) = re.findall(r"duplicate_rows\(\s*'\w+', ref\('\w+'\), '([\w, ]+)'", sql)
    schema = schemas(contract)[extract]
    assert [column["name"] for column in schema["properties"] if column["primaryKey"]] == key.split(", ")
    assert [column["name"] for column in schema["properties"] if column["unique"]] == (
        [key] if "," not in key else []
    )
    assert rules(schema)["unique_key"]["arguments"]["properties"] == key.split(", ")
    (reasons,) = re.findall(r"rows_with_reasons\(\[(.*?)\]\)", sql, re.DOTALL)
    of_duplicates = re.findall(r"'(conflicting_version|duplicate_line)'", sql)
    expected = {*re.findall(r"\w+", reasons), *of_duplicates, "duplicate_row", "unique_key"}
    assert set(rules(schema)) == expected
    assert all(rule.get("description") or rule.get("metric") for rule in rules(schema).values())


def test_personal_data_are_marked(contract: dict[str, Any]) -> None:
    personal = {
        column["name"]
        for schema in schemas(contract).values()
        for column in schema["properties"]
        if column["classification"] == "personal"
    }
    assert personal >= {"client_id", "birth_date", "gender", "migration_background", "residence_nis", "cause"}
    assert personal >= {columns[0].name for columns in EXTRACTS.values()}
    assert all(
        "no_national_numbers" in rules(column)
        for schema in schemas(contract).values()
        for column in schema["properties"]
        if column["name"] == "client_id"
    )


def test_the_tables_of_the_documentation_have_every_column_and_code(contract: dict[str, Any]) -> None:
    columns, codes = supplier_contract.extract_tables(), supplier_contract.code_table()
    for schema in contract["schema"]:
        section = columns.partition(f"### {schema['name']}\n")[2].partition("\n### ")[0]
        for column in schema["properties"]:
            assert f"\n| `{column['name']}` | " in section
            for code in custom(column).get("codeLabels", {}):
                assert f"\n| `{column['name']}` | `{code}` | " in codes
    assert "\n| amount | optional sign" in supplier_contract.form_table()
    assert r"tab or `\|` between fields" in supplier_contract.form_table()


def test_one_file_must_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["supplier_contract.py"])
    with pytest.raises(SystemExit, match="Name one file"):
        supplier_contract.main()
