"""One publication at a time for each database."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import lock_descriptor

from twe.errors import BusyError

_POLL_SECONDS = 0.2
_NOTE_BYTES = 1000


@contextmanager
def hold(path: Path, wait_seconds: float, doing: str = "publishing to") -> Iterator[int]:
    """Hold the lock of this file and yield its descriptor; BusyError when another holds it all the while.

    The operating system frees the lock when the last process that inherited the descriptor ends, however it
    ends. The file stays, and says who holds it and what for. `wait_seconds` may be infinite.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        deadline = time.monotonic() + wait_seconds
        while not lock_descriptor(descriptor, blocking=False):
            if time.monotonic() >= deadline:
                raise BusyError(f"{_holder(descriptor)} this database; try again later.")
            time.sleep(_POLL_SECONDS)
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        note = json.dumps({"pid": os.getpid(), "since": since, "doing": doing})
        os.ftruncate(descriptor, 0)
        # On a full disk the lock holds without a note; what holds it may clear up and make room.
        with suppress(OSError):
            os.pwrite(descriptor, note.encode(), 0)
        try:
            yield descriptor
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    try:
        note = json.loads(os.pread(descriptor, _NOTE_BYTES, 0))
        return f"Process {note['pid']} (since {note['since']} UTC) is {note['doing']}"
    except (ValueError, KeyError, TypeError):
        return "Another process is busy with"
