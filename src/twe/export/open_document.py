"""OpenDocument spreadsheets, converted from finished workbooks by LibreOffice when it is installed.

Alone among the formats they aren't byte for byte reproducible: LibreOffice orders page styles as it likes.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from twe.errors import ExportError

_PROGRAM = "soffice"
_TIMEOUT_SECONDS = 1800


def find_office() -> str:
    """Return the path of LibreOffice; ExportError when it isn't installed."""
    program = shutil.which(_PROGRAM)
    if program is None:
        raise ExportError(
            "Format ods needs LibreOffice, and its program soffice is not found; install it or choose xlsx."
        )
    return program


def convert(office: str, workbooks: Sequence[Path], target: Path, scratch: Path) -> None:
    """Convert .xlsx files to .ods files of the same name in the folder `target`.

    LibreOffice runs with a profile of its own in `scratch`, so that an open LibreOffice of the user neither
    disturbs nor is disturbed. Raises ExportError when it fails or takes longer than half an hour.
    """
    converted = scratch / "converted"
    command = [
        office,
        "--headless",
        f"-env:UserInstallation={(scratch / 'profile').resolve().as_uri()}",
        "--convert-to",
        "ods",
        "--outdir",
        str(converted),
        *map(str, workbooks),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired as problem:
        raise ExportError("LibreOffice takes too long to convert the workbooks to ods.") from problem
    for workbook in workbooks:
        made = converted / workbook.with_suffix(".ods").name
        # LibreOffice may fail and still end with exit code 0.
        if not made.is_file():
            said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1].rstrip(".")
            raise ExportError(f"LibreOffice can't convert {workbook.name} to ods: {said}.")
        made.replace(target / made.name)
