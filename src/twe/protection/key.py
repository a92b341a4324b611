"""The secret key of a register: without it nobody can say which of two multiples a count was rounded to."""

import contextlib
import hmac
import os
import secrets
from pathlib import Path

import numpy as np

from twe.errors import ProtectionError
from twe.protection.cells import Names
from twe.protection.solver import Numbers

_BYTES = 32
_DRAWS = 2


def key_file(register: Path) -> Path:
    """Return where the key of a register is: beside it."""
    return register.with_name(f"{register.name}.key")


def key_of(register: Path) -> bytes:
    """Return the key of a register; made when there is none, as after its loss.

    ProtectionError when the file holds something else, or can't be read or written.
    """
    path = key_file(register)
    try:
        if not path.exists():
            _make(path)
        key = bytes.fromhex(path.read_text("ascii"))
    except OSError as problem:
        raise ProtectionError(f"The key {path} can't be used: {problem.strerror}.") from problem
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise ProtectionError(
            f"{path} does not hold a key of {_BYTES} bytes; restore it, or delete it to have a new one made."
        )
    return key


def _make(path: Path) -> None:
    """Write a new key under its name at once: of two processes that do, both read the same one after."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def draws(key: bytes, ids: Names, number: int = 0) -> Numbers:
    """Return two numbers from [0, 1) per cell, uniform and independent to who does not know the key.

    The same for a cell in every release and on every machine. `number` is that of the draw, from 0: the first
    uses the key itself, each other one a key that follows from it.
    """
    if number:
        key = hmac.digest(key, f"draw {number}".encode(), "sha256")
    digests = b"".join(hmac.digest(key, name.encode(), "sha256") for name in ids)
    words = np.frombuffer(digests, dtype=">u8").reshape(len(ids), -1)[:, :_DRAWS]
    # 53 bits: all that a double holds.
    numbers: Numbers = (words >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return numbers
