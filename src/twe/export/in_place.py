"""Putting finished files in place: all of them, or none."""

import os
from contextlib import suppress
from pathlib import Path


def put_in_place(source: Path, target: Path, backup: Path) -> list[Path]:
    """Move every file under `source` to the same place under `target`; return the new paths in order.

    Replaced files wait in `backup` (on the same disk) and return when a later move fails; other files of
    `target` are left alone. Raises the OSError of the move that failed.
    """
    names = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    done: list[Path] = []
    try:
        for name in names:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (backup / name).parent.mkdir(parents=True, exist_ok=True)
            if (target / name).exists():
                os.replace(target / name, backup / name)
            done.append(name)
            os.replace(source / name, target / name)
    except BaseException:
        for name in done:
            _restore(target / name, backup / name)
        raise
    return [target / name for name in names]


def _restore(path: Path, backup: Path) -> None:
    # The failure that brought us here is the one to tell, not a second one.
    with suppress(OSError):
        if backup.exists():
            os.rename(backup, path)
        else:
            path.unlink(missing_ok=True)
