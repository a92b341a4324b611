"""Judging mutants: their SQL is rendered by dbt's own Jinja, and the tests run on it in DuckDB.

As in `dbt build` on the bundled seeds, a mutant is killed by a unit test, a contract, a data test or a
statement that fails. Only what it changes is executed again: in one transaction, which is rolled back.
"""

import logging
import multiprocessing
import os
import queue
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import get_adapter
from dbt.clients.jinja import get_rendered
from dbt.compilation import Compiler
from dbt.parser.unit_tests import UnitTestManifestLoader
from dbt_common.exceptions import DbtBaseException

from compiled_sql import CompiledProject, contract_breaches, tested_project
from mutants.project import (
    RAW_COLUMNS,
    Mutant,
    MutationError,
    macros_with,
    names_in,
    own_macros,
)
from twe.errors import TweError
from twe.warehouse.compiled import Dbt, dbt_in_memory, execute

INVALID = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, DbtBaseException)
MEMORY = "2GB"
GRACE_SECONDS = 5


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    killed: a test, a contract or a statement failed, which `by` names; timeout: likewise, by taking too long;
    survived: all passed, and `by` is the number of tables of a build on the seeds that it changes; invalid:
    it is not SQL that runs; unreached: neither a build on the seeds nor a unit test renders its text.
    """

    key: str
    outcome: str
    by: str
    seconds: float


class Killed(Exception):
    """A test, a contract or a statement failed on a mutant; the message names it."""


class Invalid(Exception):
    """The mutant is not SQL that runs."""


@dataclass(frozen=True)
class Text:
    """What dbt renders into SQL: a model, a data test, or a model under a unit test."""

    node: Any
    context: dict[str, Any]
    sql: str

    def render(self, raw_code: str | None = None) -> str:
        """Return the SQL as it is now, with the macros as they are now."""
        rendered: str = get_rendered(raw_code or self.node.raw_code, self.context, self.node)
        return rendered


@dataclass(frozen=True)
class UnitTest:
    """A unit test of a model: its given rows as CTEs, and the rows that it expects."""

    name: str
    text: Text
    given: tuple[str, ...]
    columns: tuple[str, ...]
    expected: Counter[tuple[Any, ...]]

    def passes(self, connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
        """Run the test with this SQL of the model."""
        with_given = f"with {', '.join(self.given)} " if self.given else ""
        return self.expected == _counted(
            connection, f"{with_given}select {', '.join(self.columns)} from ({sql}\n) as actual"
        )


def _counted(connection: duckdb.DuckDBPyConnection, sql: str) -> Counter[tuple[Any, ...]]:
    rows = connection.execute(sql).fetchall()
    return Counter(tuple(repr(v) if isinstance(v, list | dict) else v for v in row) for row in rows)


class Judge:
    """Judges the mutants of one project, starting from a build on the seeds in which everything passes."""

    def __init__(self, dbt: Dbt, folder: Path, seconds: int) -> None:
        """Build and test the project as it is; MutationError when a test fails."""
        self._seconds = seconds
        self._project: CompiledProject = tested_project(dbt.nodes, folder)
        self._macros = own_macros(dbt.manifest)
        environment: Any = DuckDBConnectionManager.env()
        self._connection: duckdb.DuckDBPyConnection = environment.conn.cursor()
        self._connection.execute(f"set memory_limit = '{MEMORY}'")
        self._connection.execute("set threads = 1")
        compiler = Compiler(dbt.config)
        self._project.prepare(self._connection)
        self._project.build(self._connection)
        if failing := self._project.failing_tests(self._connection):
            raise MutationError(f"These tests fail before anything is mutated: {', '.join(failing)}.")
        self._keep_tables()
        self._models = self._texts(dbt, compiler, "model")
        self._tests = self._texts(dbt, compiler, "test")
        self._unit_tests: dict[str, list[UnitTest]] = {name: [] for name in self._models}
        for definition in dbt.manifest.unit_tests.values():
            self._unit_tests[definition.model].append(self._unit_test(dbt, compiler, definition))
        for tests in self._unit_tests.values():
            for test in tests:
                if not test.passes(self._connection, test.text.sql):
                    raise MutationError(f"The unit test {test.name} fails before anything is mutated.")

    def _keep_tables(self) -> None:
        """Copy every table, to see which of them a mutant changes."""
        self._connection.execute("attach ':memory:' as unmutated")
        kept = (self._kept(model.relation) for model in self._project.models.values())
        for schema in {relation.rpartition(".")[0] for relation in kept}:
            self._connection.execute(f"create schema if not exists {schema}")
        for model in self._project.models.values():
            if model.parameters is None:
                self._connection.execute(
                    f"create table {self._kept(model.relation)} as from {model.relation}"
                )

    def _kept(self, relation: str) -> str:
        return relation.replace(f'"{self._project.catalog}"', "unmutated", 1)

    def _texts(self, dbt: Dbt, compiler: Compiler, kind: str) -> dict[str, Text]:
        return {
            node.name: Text(node, compiler._create_node_context(node, dbt.manifest, {}), node.compiled_code)
            for node in dbt.nodes
            if str(node.resource_type) == kind
        }

    def _unit_test(self, dbt: Dbt, compiler: Compiler, definition: Any) -> UnitTest:
        manifest = UnitTestManifestLoader(dbt.manifest, dbt.config, {definition.unique_id}).load()
        node: Any = manifest.nodes[definition.unique_id]
        node = compiler.compile_node(node, manifest, {}, False)
        context = compiler._create_node_context(node, manifest, {})
        described = self._connection.execute(f"describe ({node.compiled_code}\n)").fetchall()
        types = {str(name).lower(): type_ for name, type_, *_ in described}
        quoted = {name: f'"{name}"' for name in types}
        rows, sql = node.config.expected_rows, node.config.expected_sql
        columns = tuple(quoted[name.lower()] for name in (rows[0] if rows else types))
        expected: Counter[tuple[Any, ...]] = Counter()
        if rows or sql:
            sql = sql or context["get_expected_sql"](rows, types, quoted)
            expected = _counted(self._connection, f"select {', '.join(columns)} from ({sql}\n) as expected")
        body = node._pre_injected_sql or node.compiled_code
        given = tuple(cte.sql for cte in node.extra_ctes)
        return UnitTest(definition.name, Text(node, context, body), given, columns, expected)

    def judge(self, mutant: Mutant) -> Verdict:
        """Run the tests on a mutant."""
        started = process_time()
        self._connection.execute("begin")
        try:
            with self._mutated(mutant), self._interrupted():
                outcome, by = self._run(mutant)
        except Killed as reason:
            outcome, by = "killed", str(reason)
        except Invalid as reason:
            outcome, by = "invalid", str(reason).splitlines()[0]
        except duckdb.InterruptException:
            outcome, by = "timeout", ""
        finally:
            self._connection.execute("rollback")
        return Verdict(mutant.key, outcome, by, round(process_time() - started, 2))

    @contextmanager
    def _interrupted(self) -> Iterator[None]:
        """Interrupt the database after seconds of work, not of waiting: a busy machine kills no mutant."""
        last, ended = process_time() + self._seconds, threading.Event()

        def watch() -> None:
            while not ended.wait(timeout=1):
                if process_time() > last:
                    self._connection.interrupt()

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()

    @contextmanager
    def _mutated(self, mutant: Mutant) -> Iterator[None]:
        """Put a mutant in the place of what it mutates."""
        if mutant.kind == "model":
            node = self._models[mutant.unit].node
            original, node.raw_code = node.raw_code, mutant.text
            try:
                yield
            finally:
                node.raw_code = original
        elif mutant.kind == "macro":
            macro = self._macros[mutant.unique_id]
            original, macro.macro_sql = macro.macro_sql, mutant.text
            try:
                yield
            finally:
                macro.macro_sql = original
        else:
            forms = self._forms(mutant.unit, mutant.before.split()[0])
            original = forms[0]["presence"]
            try:
                for form in forms:
                    form["presence"] = mutant.text
                yield
            finally:
                for form in forms:
                    form["presence"] = original

    def _forms(self, extract: str, column: str) -> list[dict[str, str]]:
        """Return what is listed of a raw column; a unit test with variables has its own copy."""
        texts = [*self._models.values(), *self._tests.values()]
        texts += [test.text for tests in self._unit_tests.values() for test in tests]
        listed = (form for text in texts for form in text.context["var"](RAW_COLUMNS)[extract])
        found = (form for form in listed if form["name"] == column)
        return list({id(form): form for form in found}.values())

    def _run(self, mutant: Mutant) -> tuple[str, str]:
        """Return outcome and reason of a mutant that nothing kills; raises Killed or Invalid."""
        if mutant.kind == "model":
            models, tests = {mutant.unit: self._models[mutant.unit]}, {}
        else:
            changed_macro = RAW_COLUMNS if mutant.kind == "columns" else mutant.unit
            macros = macros_with(self._macros, changed_macro)
            models, tests = (
                {name: text for name, text in texts.items() if names_in(text.node.raw_code) & macros}
                for texts in (self._models, self._tests)
            )
        raw_code = mutant.text if mutant.kind == "model" else None
        is_reached = False
        for test in (test for name in models for test in self._unit_tests[name]):
            with _blamed_on(test.name):
                sql = test.text.render(raw_code)
                is_reached = is_reached or sql != test.text.sql
                passes = sql == test.text.sql or test.passes(self._connection, sql)
            if not passes:
                raise Killed(f"unit test {test.name}")
        own, own_tests = _rendered(models, raw_code), _rendered(tests)
        if not own and not own_tests and not is_reached:
            return "unreached", ""
        changed = self._rebuild(own)
        for data_test in self._project.tests.values():
            if data_test.name in own_tests or changed & set(data_test.parents):
                data_test = replace(data_test, sql=own_tests.get(data_test.name, data_test.sql))
                with _blamed_on(data_test.name, data_test.name in own_tests):
                    failures = data_test.failures(self._connection)
                if failures:
                    raise Killed(f"test {data_test.name}")
        return "survived", f"{len(changed)}"

    def _rebuild(self, own: dict[str, str]) -> set[str]:
        """Build the models with mutated SQL and what follows from them; return those that differ."""
        changed: set[str] = set()
        for model in self._project.models.values():
            is_own = model.name in own
            if not is_own and not changed & set(model.parents):
                continue
            model = replace(model, sql=own.get(model.name, model.sql))
            with _blamed_on(model.name, is_own):
                breaches = contract_breaches(model, self._connection) if is_own else []
                if not breaches:
                    execute(self._connection, model.statements())
            if breaches:
                raise Killed(f"contract of {model.name}")
            if model.parameters is not None or self._differs(model.relation):
                changed.add(model.name)
        return changed

    def _differs(self, relation: str) -> bool:
        kept = self._kept(relation)
        counts = [f"(select count(*) from {table})" for table in (relation, kept)]
        ((one, other),) = self._connection.execute(f"select {', '.join(counts)}").fetchall()
        if one != other:
            return True
        return bool(self._connection.execute(f"from {kept} except all from {relation} limit 1").fetchall())


def _rendered(texts: dict[str, Text], raw_code: str | None = None) -> dict[str, str]:
    """Return the SQL of those texts that a mutant changes."""
    found = {}
    for name, text in texts.items():
        with _blamed_on(name):
            sql = text.render(raw_code)
        if sql != text.sql:
            found[name] = sql
    return found


@contextmanager
def _blamed_on(name: str, is_own: bool = True) -> Iterator[None]:
    """Say what an error means in SQL that a mutant changes itself (`is_own`), or only feeds."""
    try:
        yield
    except duckdb.InterruptException:
        raise
    except INVALID as problem:
        raise (Invalid if is_own else Killed)(f"{name}: {problem}") from problem
    except duckdb.Error as problem:
        raise Killed(f"{name}: {str(problem).splitlines()[0]}") from problem


@contextmanager
def opened(folder: Path, seconds: int) -> Iterator[Judge]:
    """Open a judge of the project in `folder`; a mutant that takes more than `seconds` counts as killed."""
    try:
        with dbt_in_memory("compile", folder) as dbt, get_adapter(dbt.config).connection_named("mutants"):
            yield Judge(dbt, folder, seconds)
    except (TweError, duckdb.Error, DbtBaseException) as problem:
        raise MutationError(f"The project can't be built before anything is mutated: {problem}") from problem


def judged(
    folder: Path, mutants: Sequence[Mutant], jobs: int, seconds: int
) -> Iterator[tuple[Mutant, Verdict]]:
    """Judge mutants in `jobs` processes, and yield each with its verdict as it becomes known.

    A mutant that ends its process, as a crash of DuckDB does, counts as killed; another process goes on.
    """
    # Not forked: DuckDB and dbt have threads.
    processes = multiprocessing.get_context("spawn")
    waiting, found = processes.Queue(), processes.Queue()
    for task in [*mutants, *[None] * jobs]:
        waiting.put(task)

    def start() -> Any:
        worker = processes.Process(target=_work, args=(folder, seconds, waiting, found), daemon=True)
        worker.start()
        return worker

    workers = [start() for _ in range(min(jobs, len(mutants)))]
    at_work: dict[int, Mutant] = {}
    done = 0
    try:
        while done < len(mutants):
            try:
                worker_id, mutant, verdict = found.get(timeout=1)
            except queue.Empty:
                for place, worker in enumerate(workers):
                    if worker.exitcode:
                        mutant = at_work.pop(worker.pid, None)
                        if mutant is None:
                            raise MutationError("A process ended before it judged a mutant.") from None
                        done += 1
                        yield mutant, Verdict(mutant.key, "killed", f"exit code {worker.exitcode}", 0)
                        workers[place] = start()
                continue
            if isinstance(verdict, MutationError):
                raise verdict
            if verdict is None:
                at_work[worker_id] = mutant
            else:
                del at_work[worker_id]
                done += 1
                yield mutant, verdict
    finally:
        waiting.cancel_join_thread()
        for worker in workers:
            worker.join(timeout=GRACE_SECONDS)
            worker.terminate()


def _work(folder: Path, seconds: int, waiting: Any, found: Any) -> None:
    """Judge waiting mutants until there is None; report each one at its start and with its verdict."""
    logging.disable()
    mutant = None
    try:
        with opened(folder, seconds) as judge:
            while (mutant := waiting.get()) is not None:
                found.put((os.getpid(), mutant, None))
                found.put((os.getpid(), mutant, judge.judge(mutant)))
    except MutationError as problem:
        if mutant is not None:  # it spoiled the database of this process
            raise
        found.put((os.getpid(), None, problem))
