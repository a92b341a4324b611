"""Running `dbt build` into a database file of its own."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from twe.errors import PublishError
from twe.export.progress import Progress
from twe.project import PROJECT

_PROGRAM = Path(__file__).with_name("dbt_process.py")
_PARSED = PROJECT / "target" / "published.msgpack"
_GOOD = ("success", "pass", "warn", "no-op")
_NAMED_FAILURES = 3
_LITTLE_BYTES = 1_000_000
_MESSAGE_START = re.compile(r"\d\d:\d\d:\d\d ")
_STOPPED = re.compile(r"(?:Compilation Error[^\n]*\n\s*|Invalid Input Error: (?=The variable ))(\S[^\n]*)")
_LAST_LINES = 60
_DISK_FULL = ("no space left on device", "disk quota exceeded")


def log_of(database: Path) -> Path:
    """Return where dbt's messages go while it builds a database."""
    return database.with_name(f"{database.name}.log")


def run_dbt(
    database: Path, variables: Mapping[str, object], lock: int, progress: Progress | None = None
) -> None:
    """Build everything into a new file `database` and test its data; dbt's messages go to its log.

    With `progress` each node is a step, and what dbt warns of a delivery goes to standard error too.

    Unit tests check the code, which no delivery changes: they are left to `dbt build`. dbt keeps its
    artifacts in a new folder beside the file; the parsed project is kept for the next build with the same
    variables. The process inherits the descriptor `lock`, so that the lock lasts as long as something can
    still write. Raises PublishError when dbt ends with an error.
    """
    target = database.with_name(f"{database.name}.dbt")
    command = [sys.executable, "-P", str(_PROGRAM)]
    # Without a log file of its own: a full disk would fill the screen with the failures of the log.
    command += ["--log-level-file", "none", "--log-format", "json", "--no-use-colors"]
    command += ["build", "--project-dir", str(PROJECT)]
    command += ["--profiles-dir", str(PROJECT), "--target-path", str(target)]
    command += ["--vars", json.dumps(variables, ensure_ascii=False, default=str)]
    if _PARSED.exists():
        command += ["--partial-parse-file-path", str(_PARSED)]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={"DBT_EXCLUDE_RESOURCE_TYPES": "unit_test"} | os.environ | {"TWE_DATABASE": str(database)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # also what Python warns of when the process is ended
        encoding="utf-8",
        errors="replace",
        pass_fds=(lock,),
    )
    assert process.stdin is not None and process.stdout is not None
    said: deque[str] = deque(maxlen=_LAST_LINES)
    try:
        with log_of(database).open("w", encoding="utf-8") as log:
            for line in _without_tracebacks(_lines(process.stdout, progress)):
                log.write(line)
                said.append(line)
        code = process.wait()
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
    if code != 0:
        is_full = shutil.disk_usage(database.parent).free < _LITTLE_BYTES
        raise PublishError(
            "dbt build stopped because the disk is full"
            if is_full
            else _failure(code, target / "run_results.json", "".join(said))
        )
    # Where nothing can be written, dbt parses every time.
    part = _PARSED.with_name(f"{_PARSED.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        _PARSED.parent.mkdir(exist_ok=True)
        shutil.copyfile(target / "partial_parse.msgpack", part)
        part.replace(_PARSED)


def _lines(events: Iterable[str], progress: Progress | None) -> Iterator[str]:
    """Return the lines of dbt's messages, each beginning with its time; each node is a step of `progress`."""
    for line in events:
        try:
            event = json.loads(line)
            info, data = event["info"], event["data"]
        except (ValueError, KeyError, TypeError):
            yield line
            continue
        node = data.get("node_info", {})
        if progress and "status" in data and node.get("resource_type") in ("model", "seed", "test"):
            # A test has the number of all nodes under another name.
            progress.expect(data.get("total") or data["num_models"])
            progress.step(node["node_name"][:24])
        if progress and info["name"] == "JinjaLogWarning":
            print(info["msg"], file=sys.stderr)
        yield from f"{info['ts'][11:19]}  {info['msg']}\n".splitlines(keepends=True)


def _without_tracebacks(lines: Iterable[str]) -> Iterator[str]:
    """Leave out the tracebacks that dbt shows where it didn't expect a failure, such as a full disk."""
    is_shown = True
    for line in lines:
        if _MESSAGE_START.match(line):
            is_shown = True
        if line.startswith("During handling of") or "Traceback (most recent call last)" in line:
            is_shown = False
        if is_shown:
            yield line


def _name(result: dict[str, Any]) -> str:
    kind, _, *names = result["unique_id"].split(".")
    # A data test ends with a hash, a unit test begins with its model.
    return ".".join(names[:1] if kind == "test" else names)


def stopped_by(text: str) -> str | None:
    """Return the sentence with which the project itself stopped a build, without its full stop."""
    found = _STOPPED.search(text)
    return found[1].strip().rstrip(".") if found else None


def _failure(code: int, results: Path, said: str) -> str:
    """Return why a build failed, from the results of its nodes or else from what dbt said at last."""
    try:
        nodes = json.loads(results.read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError):
        return stopped_by(said) or f"dbt build {f'was ended by signal {-code}' if code < 0 else 'stopped'}"
    failed = [node for node in nodes if node["status"] not in (*_GOOD, "skipped")]
    messages = [str(node["message"]) for node in failed]
    if any(sign in message.lower() for sign in _DISK_FULL for message in messages):
        return "dbt build failed because the disk is full"
    if reason := next(filter(None, map(stopped_by, messages)), None):
        return reason
    names = [_name(node) for node in failed]
    more = f" and {len(names) - _NAMED_FAILURES} more" if len(names) > _NAMED_FAILURES else ""
    return f"dbt build failed: {', '.join(names[:_NAMED_FAILURES])}{more}" if names else "dbt build stopped"
