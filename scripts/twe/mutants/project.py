"""The dbt project as it is mutated: in memory only, one model or macro at a time."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from twe.mutants.operators import Mutation, mutations

# Hooks, checks of the variables and names of schemas: Jinja that makes no figure; and what only a build on
# an earlier one runs or fills, which tests/python/test_increments.py covers.
UNMUTATED = (
    "macros/build",
    "macros/increments",
    "models/intermediate/int_changed_clients.sql",
    "models/intermediate/int_changed_keys.sql",
    "models/intermediate/int_subsidies__changed_lines.sql",
    "models/intermediate/int_subsidies__judged.sql",
)

# A build on DuckDB never runs the macros of Spark; tests/python/test_spark_parity.py covers them.
OTHER_ENGINE = "spark__"

# The database of every build has this name, because views hold the name of the database they were made in.
DATABASE = "mutants.duckdb"


class MutationError(Exception):
    """Something that stops the run; the message is one sentence for people."""


@dataclass(frozen=True)
class Mutant:
    """One mutation of one model or macro (`unit`), with its place in the project."""

    unit: str
    unique_id: str
    path: Path
    line: int
    mutation: Mutation
    before: str
    after: str
    nth: int

    @property
    def is_in_model(self) -> bool:
        """Whether the mutation is in a model, not in a macro."""
        return self.unique_id.startswith("model.")

    @property
    def key(self) -> str:
        """Return what names the mutant as long as its line stays the same, wherever that line moves."""
        return "|".join((self.unit, self.mutation.operator, self.before, self.after, str(self.nth)))


@dataclass(frozen=True)
class Project:
    """A parsed dbt project."""

    folder: Path
    manifest: Manifest

    def mutants(self) -> list[Mutant]:
        """Return all mutants, in the order of the files."""
        found: list[Mutant] = []
        for unique_id, path, source in self._sources():
            seen: Counter[tuple[str, str, str]] = Counter()
            unit = unique_id.rsplit(".", 1)[-1]
            offset = (self.folder / path).read_text().find(source)
            lines_above = (self.folder / path).read_text()[:offset].count("\n")
            for mutation in mutations(source):
                before, after = changed_lines(source, mutation)
                identity = (mutation.operator, before, after)
                seen[identity] += 1
                line = lines_above + source[: mutation.start].count("\n") + 1
                found.append(Mutant(unit, unique_id, path, line, mutation, before, after, seen[identity]))
        return found

    def put_in(self, mutant: Mutant) -> None:
        """Change the model or macro in the manifest of this process."""
        if mutant.is_in_model:
            node = self.manifest.nodes[mutant.unique_id]
            node.raw_code = mutant.mutation.apply(node.raw_code)
        else:
            macro = self.manifest.macros[mutant.unique_id]
            macro.macro_sql = mutant.mutation.apply(macro.macro_sql)

    def models_with(self, mutant: Mutant) -> list[str]:
        """Return the models whose own SQL a mutant changes: the model itself, or those that use the macro."""
        if mutant.is_in_model:
            return [mutant.unique_id]
        # dbt does not see a macro that is only named, as in a map of macros; the name in the text tells more.
        package = {
            name: macro for name, macro in self.manifest.macros.items() if macro.package_name == self._package
        }
        using = {package[mutant.unique_id].name}
        grown = True
        while grown:
            more = {m.name for m in package.values() if m.name not in using and _names(m.macro_sql) & using}
            using |= more
            grown = bool(more)
        return [node.unique_id for node in self._models() if _names(node.raw_code) & using]

    def fingerprint(self) -> str:
        """Return a hash of the SQL and the seeds."""
        return self._hash("models/**/*.sql", "macros/**/*.sql", "seeds/**/*.csv")

    def tests_fingerprint(self) -> str:
        """Return a hash of what judges the SQL: unit tests, tests, contracts and the configuration."""
        return self._hash("dbt_project.yml", "models/**/*.yml", "seeds/**/*.yml", "tests/**/*.sql")

    def _hash(self, *patterns: str) -> str:
        digest = hashlib.sha256()
        for path in sorted(path for pattern in patterns for path in self.folder.glob(pattern)):
            digest.update(str(path.relative_to(self.folder)).encode() + path.read_bytes())
        return digest.hexdigest()[:12]

    @property
    def _package(self) -> str:
        return str(self.manifest.metadata.project_name)

    def _models(self) -> Iterable:
        return (node for node in self.manifest.nodes.values() if node.resource_type == "model")

    def _sources(self) -> list[tuple[str, Path, str]]:
        models = [(node.unique_id, Path(node.original_file_path), node.raw_code) for node in self._models()]
        macros = [
            (name, Path(macro.original_file_path), macro.macro_sql)
            for name, macro in self.manifest.macros.items()
            if macro.package_name == self._package
            and not macro.name.startswith(OTHER_ENGINE)
            and Path(macro.original_file_path).is_relative_to("macros")
        ]
        mutated = (
            source
            for source in models + macros
            if not any(source[1].is_relative_to(place) for place in UNMUTATED)
        )
        return sorted(mutated, key=lambda source: (str(source[1]), source[0]))


def _names(source: str) -> set[str]:
    return set(re.findall(r"\w+", source))


def changed_lines(source: str, mutation: Mutation) -> tuple[str, str]:
    """Return the lines a mutation touches, before and after, each as one line."""
    first = source.rfind("\n", 0, mutation.start) + 1
    last = source.find("\n", mutation.end)
    last = len(source) if last < 0 else last
    before = source[first:last]
    after = source[first : mutation.start] + mutation.replacement + source[mutation.end : last]
    return " ".join(before.split()), " ".join(after.split())


def parse(folder: Path, work: Path) -> Project:
    """Parse the project in `folder` with every by-product under `work`; MutationError when dbt can't."""
    use_database(work)
    # The processes of the mutants end without giving back dbt's semaphores; the system does that for them.
    os.environ["PYTHONWARNINGS"] = "ignore::UserWarning:multiprocessing.resource_tracker"
    result = dbtRunner().invoke(["--quiet", "parse", *folders(folder, work)])
    if not isinstance(result.result, Manifest):
        raise MutationError(f"dbt can't parse the project in {folder}: {result.exception}")
    for node in result.result.nodes.values():
        if node.resource_type == "model":
            # No test reads the comments in the database, and writing them takes long.
            node.config.persist_docs = {}
    return Project(folder, result.result)


def use_database(folder: Path) -> None:
    """Let every dbt command of this process build in `folder`."""
    os.environ["TWE_DATABASE"] = str(folder / DATABASE)


def folders(project: Path, work: Path) -> list[str]:
    """Return the options that tell dbt where the project is and where by-products go."""
    return [
        *("--project-dir", str(project), "--profiles-dir", str(project)),
        *("--target-path", str(work / "target"), "--log-path", str(work / "logs")),
    ]
