"""OpenDocument spreadsheets, converted from finished workbooks by LibreOffice when it is installed.

Alone among the formats they aren't byte for byte reproducible: LibreOffice orders page styles as it likes.
"""

import shutil
import subprocess
import tempfile
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


def convert(office: str, workbooks: Sequence[Path], target: Path) -> None:
    """Convert .xlsx files to .ods files of the same name in the folder `target`.

    LibreOffice runs with a profile of its own, so that an open LibreOffice of the user neither disturbs nor
    is disturbed, in a folder of plain letters: it reads ; # ? and % in a path as parts of an address.
    Raises ExportError when it fails or takes longer than half an hour.
    """
    with tempfile.TemporaryDirectory(prefix="twe-ods-") as name:
        folder = Path(name)
        # What it converts has no language of its own: the settings are those of Belgian Dutch.
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        shutil.copyfile(Path(__file__).with_name("office.xcu"), user / "registrymodifications.xcu")
        copies = [Path(shutil.copy(workbook, folder)) for workbook in workbooks]
        command = [
            office,
            "--headless",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to",
            "ods",
            "--outdir",
            str(folder),
            *map(str, copies),
        ]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as problem:
            raise ExportError("LibreOffice takes too long to convert the workbooks to ods.") from problem
        for copy in copies:
            made = copy.with_suffix(".ods")
            # LibreOffice may fail and still end with exit code 0.
            if not made.is_file():
                said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1].rstrip(".")
                raise ExportError(f"LibreOffice can't convert {copy.name} to ods: {said}.")
            shutil.move(made, target / made.name)
