"""Build mutants, each in a process and a database of its own, and judge what `dbt build` said."""

import contextlib
import gc
import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import dbt.task.build  # noqa: F401  imported once here rather than by the process of each mutant
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from twe.mutants.project import DATABASE, Mutant, MutationError, Project, folders, use_database

PASSED = {"success", "pass", "warn", "no-op"}
INVALID_SQL = ("Parser Error", "Binder Error", "Catalog Error", "Compilation Error")
BROKEN_CONTRACT = "enforced contract"
SILENT = ("--log-level", "none", "--log-level-file", "none")


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    killed: a test, a contract or the build itself failed; timeout and crash: likewise, by taking too long or
    by ending the process; survived: all passed; invalid: the mutant is no SQL that runs; unreached: a build
    on the seeds does not render the mutated text.
    """

    key: str
    outcome: str
    by: str
    seconds: float


@dataclass(frozen=True)
class Workshop:
    """Where mutants of one project are built, starting from a database in which everything passed."""

    project: Project
    folder: Path
    cpu_seconds: int

    def build_base(self) -> None:
        """Build and test the unmutated project, unless it is there; MutationError when a test fails."""
        base, state = self.folder / "base", self.project.fingerprint() + self.project.tests_fingerprint()
        if (base / "state.txt").exists() and (base / "state.txt").read_text() == state:
            return
        shutil.rmtree(base, ignore_errors=True)
        base.mkdir(parents=True)
        process = _Process(base, lambda: _build_all(self.project, base))
        while not process.ended():
            time.sleep(0.1)
        if not (base / "compiled.json").exists():
            raise MutationError(
                f"The project does not pass before anything is mutated; see {base / 'output.txt'}."
            )
        (base / "state.txt").write_text(state)

    def judge(self, mutants: Sequence[Mutant], jobs: int) -> Iterator[tuple[Mutant, Verdict]]:
        """Build the mutants, `jobs` at a time, and yield each with its verdict as it becomes known."""
        compiled = json.loads((self.folder / "base" / "compiled.json").read_text())
        for left in self.folder.glob("job-*"):
            shutil.rmtree(left, ignore_errors=True)
        # Collecting the parsed project over and over would cost each process more than it frees.
        gc.collect()
        gc.freeze()
        waiting = list(reversed(mutants))
        running: list[tuple[Mutant, _Process]] = []
        retried: set[Mutant] = set()
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    running.append(self._start(waiting.pop(), compiled))
                time.sleep(0.02)
                for entry in list(running):
                    mutant, process = entry
                    if process.ended():
                        running.remove(entry)
                        verdict = self._verdict(mutant, process)
                        shutil.rmtree(process.folder, ignore_errors=True)
                        if verdict.outcome == "crash" and mutant not in retried:
                            # Stopping at the first failure, dbt now and then trips over its own connections.
                            retried.add(mutant)
                            waiting.append(mutant)
                        else:
                            yield mutant, verdict
        finally:
            for _, process in running:
                process.kill()
                shutil.rmtree(process.folder, ignore_errors=True)

    def _start(self, mutant: Mutant, compiled: dict[str, str]) -> tuple[Mutant, "_Process"]:
        folder = self.folder / f"job-{time.monotonic_ns()}"
        folder.mkdir()
        shutil.copyfile(self.folder / "base" / DATABASE, folder / DATABASE)
        return mutant, _Process(
            folder, lambda: _build_mutant(self.project, mutant, folder, compiled), self.cpu_seconds
        )

    def _verdict(self, mutant: Mutant, process: "_Process") -> Verdict:
        seconds = round(process.age(), 1)
        answer = process.folder / "verdict.json"
        if process.ran_out_of_time():
            return Verdict(mutant.key, "timeout", "", seconds)
        if not answer.exists():
            said = (process.folder / "output.txt").read_text().strip().splitlines()
            return Verdict(mutant.key, "crash", said[-1] if said else "", seconds)
        outcome, by = json.loads(answer.read_text())
        return Verdict(mutant.key, outcome, by, seconds)


class _Process:
    """A fork of this process that does one job and ends; it inherits the parsed project for nothing."""

    def __init__(self, folder: Path, job: Callable[[], None], cpu_seconds: int | None = None) -> None:
        self.folder = folder
        self._status = 0
        self._started = time.monotonic()
        self._is_running = True
        sys.stdout.flush()
        self._pid = os.fork()
        if self._pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            gc.disable()
            if cpu_seconds:
                # Seconds of work, not of waiting: a busy machine kills no mutant.
                resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
            _become_quiet(folder / "output.txt")
            try:
                job()
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)

    def ended(self) -> bool:
        if self._is_running:
            ended, self._status = os.waitpid(self._pid, os.WNOHANG)
            self._is_running = not ended
        return not self._is_running

    def ran_out_of_time(self) -> bool:
        return os.WIFSIGNALED(self._status) and os.WTERMSIG(self._status) == signal.SIGXCPU

    def age(self) -> float:
        return time.monotonic() - self._started

    def kill(self) -> None:
        if not self.ended():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._is_running = False


def _become_quiet(output: Path) -> None:
    with output.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


def _build_all(project: Project, folder: Path) -> None:
    use_database(folder)
    result = dbtRunner(manifest=project.manifest).invoke(["build", *folders(project.folder, folder)])
    if result.success:
        compiled = {each.node.unique_id: _code(each.node) for each in result.result.results}
        # Without this the tables stay in the log beside the database, which is not copied for the mutants.
        DuckDBConnectionManager.close_all_connections()
        (folder / "compiled.json").write_text(json.dumps(compiled))


def _build_mutant(project: Project, mutant: Mutant, folder: Path, compiled: dict[str, str]) -> None:
    names = project.models_with(mutant)
    project.put_in(mutant)
    use_database(folder)
    dbt = dbtRunner(manifest=project.manifest)
    # On what is there dbt would work an increment, which finds nothing to do.
    options = ["--full-refresh", "--threads", "1", "--no-write-json", *SILENT]
    options += [*folders(project.folder, folder), "--select"]
    if names and (not mutant.is_in_model or "{{" in mutant.before):
        result = dbt.invoke(["compile", *options, *map(_name, names)])
        if result.success:
            codes = {each.node.unique_id: _code(each.node) for each in result.result.results}
            names = [name for name in names if codes[name] != compiled[name]]
    outcome, by = "unreached", ""
    if names:
        selection = [f"{_name(name)}+" for name in names]
        result = dbt.invoke(["build", "--fail-fast", *options, *selection])
        outcome, by = _outcome(result, set(names))
    (folder / "verdict.json").write_text(json.dumps((outcome, by)))


def _name(unique_id: str) -> str:
    return unique_id.rsplit(".", 1)[-1]


def _outcome(result, changed: set[str]) -> tuple[str, str]:
    if not result.result or not result.result.results:
        raise MutationError(f"dbt stopped without results: {result.exception}")
    results = result.result.results
    failed = [each for each in results if str(each.status) not in PASSED | {"skipped"}]
    if not failed:
        return "survived", ""
    first = failed[0]
    message = first.message or ""
    is_own = bool({first.node.unique_id, getattr(first.node, "tested_node_unique_id", "")} & changed)
    is_invalid = str(first.status) == "error" and BROKEN_CONTRACT not in message
    if is_invalid and is_own and any(error in message for error in INVALID_SQL):
        return "invalid", message[:200]
    return "killed", f"{first.node.resource_type} {first.node.name}"


def _code(node) -> str:
    return getattr(node, "compiled_code", None) or ""


class Results:
    """The verdicts on the mutants of one state of the SQL, kept in a file.

    A stopped run goes on where it was. When the tests have changed, all verdicts are void; but who has only
    added tests may keep the killed mutants, which nothing brings back to life.
    """

    def __init__(self, path: Path, tests: str, keeps_killed: bool) -> None:
        """Read the verdicts in `path` that hold for the tests with the fingerprint `tests`."""
        self._path = path
        self._tests = tests
        path.parent.mkdir(parents=True, exist_ok=True)
        self.verdicts: dict[str, Verdict] = {}
        for line in path.read_text().splitlines() if path.exists() else []:
            given = json.loads(line)
            if given.pop("tests") == tests or (keeps_killed and given["outcome"] != "survived"):
                self.verdicts[given["key"]] = Verdict(**given)

    def add(self, verdict: Verdict) -> None:
        """Remember a verdict."""
        self.verdicts[verdict.key] = verdict
        with self._path.open("a") as file:
            file.write(json.dumps({"tests": self._tests} | asdict(verdict)) + "\n")
