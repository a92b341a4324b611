"""Running a program to its end and measuring what it took (Linux: it reads /proc)."""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_SECONDS = 0.1
_SESSION_FIELD = 3  # after the state that follows the name: parent, group, session
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """What a finished program took.

    seconds: wall clock; cpu: seconds on all cores, of the programs it started too; peak_bytes: most resident
    memory at one time, of the program and all it started; spilled_bytes: most bytes seen at one time in its
    folder for what did not fit.
    """

    seconds: float
    cpu: float
    peak_bytes: int
    spilled_bytes: int


class FailedError(Exception):
    """A measured program ended with an error; the message names its log."""


def run_measured(
    command: Sequence[str | Path], log: Path, cwd: Path, environment: Mapping[str, str], spill: Path
) -> Usage:
    """Run a program in a session of its own, its messages in `log`; FailedError when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with log.open("w") as file:
        process = subprocess.Popen(
            command,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=os.environ | environment,
            start_new_session=True,
        )
    sampler = _Sampler(process.pid, spill)
    sampler.start()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)  # Popen must not wait for it again
    sampler.stop()
    if process.returncode:
        raise FailedError(f"{command[0]} ended with code {process.returncode}; see {log}.")
    return Usage(seconds, used.ru_utime + used.ru_stime, sampler.peak_bytes, sampler.spilled_bytes)


class _Sampler(threading.Thread):
    def __init__(self, leader: int, spill: Path) -> None:
        super().__init__(daemon=True)
        self._leader, self._spill = leader, spill
        self._ended = threading.Event()
        self.peak_bytes = self.spilled_bytes = 0

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            seen = _highest_bytes(self._leader), _resident_bytes(self._leader)
            self.peak_bytes = max(self.peak_bytes, *seen)
            self.spilled_bytes = max(self.spilled_bytes, _folder_bytes(self._spill))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _highest_bytes(process: int) -> int:
    """Return the peak of a program up to now.

    What the kernel reports at its end counts the memory of the program that started it, too.
    """
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    return 0


def _resident_bytes(session: int) -> int:
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        # A process can end between any two of these lines.
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
            if int(fields[_SESSION_FIELD]) == session:
                total += int((folder / "statm").read_text().split()[1]) * _PAGE_BYTES
    return total


def _folder_bytes(folder: Path) -> int:
    total = 0
    # DuckDB removes files, and the folder, while it is walked through.
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(parent, name).stat().st_blocks * 512
    return total
