"""Write what a supplier must deliver as an Open Data Contract, and as tables for the documentation.

    python tools/supplier_contract.py FILE.yaml

Nothing is listed here. Columns come from variable `raw_columns`, their descriptions and code lists from
source `landing`, codes from the reference seeds, accepted forms and reasons of refusal from docs/contract.md.
"""

import csv
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from twe.landing.contract import OPTIONAL_EXTRACTS
from twe.landing.delivery import ENDINGS
from twe.project import PROJECT
from twe.warehouse.personal_data import MARK

# How a value is read, as a type of the standard; what is not here has the same name there.
LOGICAL_TYPES = {"text": "string", "nis": "string", "month": "date", "amount": "number"}
TYPE_OPTIONS: dict[str, dict[str, Any]] = {
    "nis": {"pattern": "^[0-9]{5}$"},
    "amount": {"multipleOf": 0.01},
    "timestamp": {"timezone": False},
}
FILE_RULES = ("text file", "header", "xlsx", "Parquet", "blanks")  # rows of docs/contract.md
VALUE_RULES = ("date", "timestamp", "month", "amount", "integer", "boolean", "code", "NIS code")
PRESENCE = {
    "required": "A row without it, or with a value that can't be read, is refused.",
    "readable": "May be empty; a row with a value that can't be read is refused.",
    "optional": "May be empty; a value that can't be read or is not a known code counts as not given.",
}
NATIONAL_NUMBERS = "A file with national numbers is refused: deliver pseudonyms."
SHOWN_CODES = 100  # of a longer list, the municipalities, nobody needs the labels


@dataclass(frozen=True)
class Column:
    """A column as a supplier must know it; `codes` are its valid values with their Dutch labels."""

    name: str
    reads_as: str
    presence: str
    description: str
    codes: dict[str, str]
    key_position: int | None

    @property
    def is_personal(self) -> bool:
        """Whether its description says so, or it is the key of the record."""
        return MARK in self.description or self.key_position == 1

    @property
    def forms(self) -> str | None:
        """The accepted forms of its values in words; None when any text will do."""
        form = rules().get("code" if self.codes else "NIS code" if self.reads_as == "nis" else self.reads_as)
        return f"{form}; a date: {rules()['date']}" if self.reads_as in ("month", "timestamp") else form

    @property
    def labels(self) -> dict[str, str]:
        """The codes that have a label, unless there are very many."""
        return {code: label for code, label in self.codes.items() if label and len(self.codes) < SHOWN_CODES}


@dataclass(frozen=True)
class Extract:
    """A raw extract: its Dutch name, what a row is, its columns, and the rules by which a row is refused."""

    name: str
    label: str
    description: str
    columns: tuple[Column, ...]
    refusals: dict[str, str]


class _Dumper(yaml.SafeDumper):
    """Writes every value where it belongs, without anchors, and a list of texts on few lines."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        return super().represent_sequence(tag, sequence, all(isinstance(each, str) for each in sequence))


def _yaml(path: str) -> Any:
    return yaml.safe_load((PROJECT / path).read_text(encoding="utf-8"))


def _seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / f"seeds/reference/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def rules() -> dict[str, str]:
    """Return the rows of the tables with two columns in docs/contract.md."""
    text = (PROJECT / "docs/contract.md").read_text(encoding="utf-8")
    rows = [re.split(r"(?<!\\) ?\| ?", line) for line in re.findall(r"^\| (.+) \|$", text, re.MULTILINE)]
    return {row[0]: row[1].replace(r"\|", "|") for row in rows if len(row) == 2}


@cache
def _docs() -> dict[str, str]:
    text = (PROJECT / "models/_columns.md").read_text(encoding="utf-8")
    return dict(re.findall(r"{% docs (\w+) %}\s+(.*?)\s+{% enddocs %}", text, re.DOTALL))


def _described(text: str) -> str:
    return " ".join(re.sub(r'{{ doc\("(\w+)"\) }}', lambda found: _docs()[found[1]], text).split())


def _codes(seed: str, column: str, where: dict[str, str] | None = None) -> dict[str, str]:
    return {
        row[column]: row.get("label_nl") or row.get("name") or ""
        for row in _seed(seed)
        if row[column] and all(row[name] == value for name, value in (where or {}).items())
    }


@cache
def extracts() -> tuple[Extract, ...]:
    """Return the extracts in the order of `raw_columns`."""
    (source,) = _yaml("models/staging/_landing__sources.yml")["sources"]
    tables = {table["name"]: table for table in source["tables"]}
    codes = _seed("quality_codes")
    labels = {row["code"]: row["label_nl"] for row in codes if row["code_list"] == "extract"}
    reasons = [row["code"] for row in codes if row["code_list"] == "reason"]
    found = []
    for name, listed in _yaml("dbt_project.yml")["vars"]["raw_columns"].items():
        described = {column["name"]: column for column in tables[name]["columns"]}
        # The key of a record; a later version has the same with another moment.
        key = [listed[0]["name"], *(each["name"] for each in listed if each["name"] == "recorded_at")]
        columns = []
        for each in listed:
            column = each["name"]
            meta = described[column].get("config", {}).get("meta", {})
            columns.append(
                Column(
                    column,
                    each["reads_as"],
                    each["presence"],
                    _described(described[column]["description"]),
                    _codes(**meta["codes"]) if "codes" in meta else {},
                    key.index(column) + 1 if column in key else None,
                )
            )
        sql = PROJECT / f"models/intermediate/validation/int_{name.removeprefix('raw_')}__rejected.sql"
        text = sql.read_text(encoding="utf-8")
        refusals = {reason: rules()[reason] for reason in reasons if reason in text}
        description = _described(tables[name]["description"])
        found.append(Extract(name, labels[name], description, tuple(columns), refusals))
    return tuple(found)


def _custom(**values: Any) -> list[dict[str, Any]]:
    return [{"property": name, "value": value} for name, value in values.items() if value]


def _property(column: Column, is_only_key: bool) -> dict[str, Any]:
    is_required = column.presence == "required"
    quality: list[dict[str, Any]] = []
    if column.codes:
        quality.append(
            {
                "name": "known_code",
                "metric": "invalidValues",
                "arguments": {"validValues": list(column.codes)},
                "mustBe": 0,
                "severity": "error" if is_required else "warning",
            }
        )
    if column.name == "client_id":
        quality.append({"name": "no_national_numbers", "type": "text", "description": NATIONAL_NUMBERS})
    properties = {
        "name": column.name,
        "physicalName": column.name,
        "logicalType": LOGICAL_TYPES.get(column.reads_as, column.reads_as),
        "logicalTypeOptions": TYPE_OPTIONS.get(column.reads_as),
        "description": column.description,
        "required": is_required,
        "unique": is_only_key,
        "primaryKey": column.key_position is not None,
        "primaryKeyPosition": column.key_position,
        "classification": "personal" if column.is_personal else "restricted",
        "customProperties": _custom(
            acceptedForms=column.forms,
            ifEmptyOrUnreadable=PRESENCE[column.presence],
            codeLabels=column.labels,
        ),
        "quality": quality,
    }
    return {name: value for name, value in properties.items() if value not in (None, [])}


def _schema(extract: Extract) -> dict[str, Any]:
    key = [column.name for column in extract.columns if column.key_position]
    duplicates = {"metric": "duplicateValues", "arguments": {"properties": key}, "mustBe": 0}
    return {
        "name": extract.name,
        "physicalName": f"{extract.name}*",
        "physicalType": "file",
        "logicalType": "object",
        "businessName": extract.label,
        "description": extract.description,
        "customProperties": [{"property": "mayHaveNoFile", "value": extract.name in OPTIONAL_EXTRACTS}],
        "properties": [_property(column, key == [column.name]) for column in extract.columns],
        "quality": [
            {"name": "unique_key", **duplicates, "severity": "error"},
            *(
                {"name": reason, "type": "text", "description": rule, "severity": "error"}
                for reason, rule in extract.refusals.items()
            ),
        ],
    }


def contract() -> dict[str, Any]:
    """Return the contract as Open Data Contract Standard 3.1.0 has it."""
    project = _yaml("dbt_project.yml")
    (group,) = (each for each in _yaml("models/_groups.yml")["groups"] if each["name"] == "landing")
    limit = project["vars"]["max_quarantined_share"]
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "twe-ocmw-raw-extracts",
        "name": "Raw extracts of TWE-OCMW",
        "version": project["version"],
        "status": "active",
        "description": {
            "purpose": "The records behind the six annexes on TWE trajectories for the Flemish Parliament.",
            "usage": (
                "One or many files per extract. Never change a delivered file: a correction is a new version"
                " in a later one. The bundled demonstration data are synthetic; no example values are given."
            ),
            "limitations": (
                f"Every row is about one person, under a pseudonym. {NATIONAL_NUMBERS} A delivery of which"
                f" more than {limit:.0%} of the rows of an extract is refused is not published."
            ),
        },
        "team": {"name": group["owner"]["name"], "description": group["description"]},
        "roles": [{"role": "supplier", "access": "write", "description": "Delivers the files."}],
        "customProperties": _custom(
            fileNameEndings=list(ENDINGS), acceptedFiles={name: rules()[name] for name in FILE_RULES}
        ),
        "schema": [_schema(extract) for extract in extracts()],
    }


def _table(*rows: tuple[str, ...]) -> str:
    """Return a table in Markdown; the first row is its head."""
    head, *body = (" | ".join(cell.replace("|", r"\|") for cell in row) for row in rows)
    return "\n".join([f"| {head} |", "|" + " --- |" * len(rows[0]), *(f"| {row} |" for row in body)])


def extract_tables() -> str:
    """Return a section per extract with its columns, in Markdown."""
    sections = [_table(("empty or unreadable", "meaning"), *PRESENCE.items())]
    for extract in extracts():
        rows = [
            (f"`{column.name}`", column.reads_as, column.presence, column.description)
            for column in extract.columns
        ]
        table = _table(("column", "form", "empty or unreadable", "meaning"), *rows)
        sections.append(f"### {extract.name}\n\n{extract.label}. {extract.description}\n\n{table}")
    return "\n\n".join(sections)


def form_table() -> str:
    """Return the accepted forms of files and values, in Markdown."""
    return _table(("what", "accepted"), *((name, rules()[name]) for name in (*FILE_RULES, *VALUE_RULES)))


def code_table() -> str:
    """Return every short code list with its Dutch labels, in Markdown."""
    columns = {column.name: column.codes for extract in extracts() for column in extract.columns}
    rows = [
        (f"`{name}`", f"`{code}`", label)
        for name, codes in columns.items()
        if len(codes) < SHOWN_CODES
        for code, label in codes.items()
    ]
    return _table(("column", "code", "Dutch label"), *rows)


def main() -> None:
    """Write the contract into the file that the command names."""
    if len(sys.argv) != 2:
        sys.exit("Name one file: python tools/supplier_contract.py FILE.yaml")
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(contract(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    path.write_text(f"# Made by tools/supplier_contract.py from the project: do not edit.\n{text}", "utf-8")
    print(f"The contract is {path}.")


if __name__ == "__main__":
    main()
