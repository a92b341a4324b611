"""The mutants of a dbt project: one small fault in the text of one model or macro, or in one raw column."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutants.operators import PRESENCES, mutations
from twe.errors import TweError
from twe.warehouse.compiled import dbt_in_memory

# Hooks, checks of the variables and names of schemas: Jinja that makes no figure.
UNMUTATED = ("generate_schema_name", "node_results", "previous_state", "spark_seeds", "variables")

# A build on DuckDB never runs the macros of Spark; tests/python/test_spark_parity.py covers them.
OTHER_ENGINE = "spark__"

# The variable with the columns of the raw extracts.
RAW_COLUMNS = "raw_columns"


class MutationError(Exception):
    """Something that stops the run; the message is one sentence for people."""


@dataclass(frozen=True)
class Mutant:
    """One mutation of a model, a macro or the columns of a raw extract (`unit`), with its place.

    `before` and `after` are the lines that it changes; `nth` counts the same change further down in the unit.
    `text` is the mutated text of a model or macro, or the new presence of the raw column `before`.
    """

    unit: str
    unique_id: str
    path: Path
    line: int
    operator: str
    before: str
    after: str
    nth: int
    text: str

    @property
    def kind(self) -> str:
        """Return `model`, `macro` or `columns`."""
        return self.unique_id.partition(".")[0]

    @property
    def key(self) -> str:
        """Return what names the mutant as long as its line stays the same, wherever that line moves."""
        return "|".join((self.unit, self.operator, self.before, self.after, str(self.nth)))


def read_mutants(folder: Path) -> list[Mutant]:
    """Return all mutants of a project in the order of its files; MutationError when dbt can't parse it."""
    try:
        with dbt_in_memory("parse", folder) as dbt:
            return [*_of_texts(dbt.manifest, folder), *_of_columns(dbt.config, folder)]
    except TweError as problem:
        raise MutationError(str(problem)) from problem


def fingerprint(folder: Path) -> str:
    """Return a hash of the SQL, the seeds and the configuration."""
    return _hash(folder, "dbt_project.yml", "models/**/*.sql", "macros/**/*.sql", "seeds/**/*.csv")


def tests_fingerprint(folder: Path) -> str:
    """Return a hash of what judges the SQL: unit tests, data tests and contracts."""
    return _hash(folder, "models/**/*.yml", "seeds/**/*.yml", "tests/**/*.sql")


def _hash(folder: Path, *patterns: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def own_macros(manifest: Any) -> dict[str, Any]:
    """Return the macros of the project itself by their unique id."""
    package = manifest.metadata.project_name
    return {name: macro for name, macro in manifest.macros.items() if macro.package_name == package}


def _of_texts(manifest: Any, folder: Path) -> Iterator[Mutant]:
    sources = [
        (node.unique_id, Path(node.original_file_path), node.raw_code)
        for node in manifest.nodes.values()
        if str(node.resource_type) == "model"
    ]
    sources += [
        (name, Path(macro.original_file_path), macro.macro_sql)
        for name, macro in own_macros(manifest).items()
        if macro.original_file_path.startswith("macros/")
        and Path(macro.original_file_path).stem not in UNMUTATED
        and not macro.name.startswith(OTHER_ENGINE)
    ]
    for unique_id, path, text in sorted(sources, key=lambda source: (str(source[1]), source[0])):
        seen: Counter[tuple[str, str, str]] = Counter()
        file = (folder / path).read_text(encoding="utf-8")
        lines_above = file[: file.find(text)].count("\n")
        for mutation in mutations(text):
            before, after = changed_lines(text, mutation.start, mutation.end, mutation.replacement)
            seen[mutation.operator, before, after] += 1
            yield Mutant(
                unit=unique_id.rsplit(".", 1)[-1],
                unique_id=unique_id,
                path=path,
                line=lines_above + text[: mutation.start].count("\n") + 1,
                operator=mutation.operator,
                before=before,
                after=after,
                nth=seen[mutation.operator, before, after],
                text=mutation.apply(text),
            )


def _of_columns(config: Any, folder: Path) -> Iterator[Mutant]:
    for extract, columns in config.vars.to_dict().get(RAW_COLUMNS, {}).items():
        for listed in columns:
            column, presence = listed["name"], listed["presence"]
            if (listed["reads_as"], presence) == ("text", "optional"):
                continue  # any text can be read
            yield Mutant(
                unit=extract,
                unique_id=f"columns.{extract}",
                path=Path("dbt_project.yml"),
                line=_line_of(folder / "dbt_project.yml", extract, column),
                operator="contract",
                before=f"{column} {presence}",
                after=f"{column} {PRESENCES[presence]}",
                nth=1,
                text=PRESENCES[presence],
            )


def _line_of(path: Path, *names: str) -> int:
    """Return the line of the last of these names, each of which comes after the one before."""
    lines, at = path.read_text(encoding="utf-8").splitlines(), 0
    for name in names:
        at = next(
            n
            for n in range(at, len(lines))
            if lines[n].strip().startswith((f"{name}:", f"- {{name: {name},"))
        )
    return at + 1


def changed_lines(text: str, start: int, end: int, replacement: str) -> tuple[str, str]:
    """Return the lines that a change of text[start:end] touches, before and after, each as one line."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    before, after = text[first:last], text[first:start] + replacement + text[end:last]
    return " ".join(before.split()), " ".join(after.split())


def names_in(text: str) -> set[str]:
    """Return the names in a text of SQL or Jinja."""
    return set(re.findall(r"\w+", text))


def macros_with(macros: dict[str, Any], name: str) -> set[str]:
    """Return the names of the macros that use the macro `name`, directly or not, and its own.

    dbt does not see a macro that is only named, as in a map of macros; the text shows more.
    """
    # A macro of one engine is called by its name without the engine.
    found, grown = {name, name.removeprefix("duckdb__")}, True
    while grown:
        more = {m.name for m in macros.values() if m.name not in found and names_in(m.macro_sql) & found}
        found |= more
        grown = bool(more)
    return found
