"""A new dbt project: a copy of the one that the wheel, or the clone, holds."""

import shutil
from pathlib import Path

from twe.errors import TweError
from twe.project import PACKAGE, PARTS

_DELIVERIES = """# Deliveries

Put the delivered files here. They hold personal data: git ignores this folder but for this page.

    twe check deliveries
    twe publish --raw-path deliveries
"""


def init(folder: Path) -> None:
    """Write the project into a folder that is new or empty; raises TweError."""
    bundled = PACKAGE / "dbt"
    source = bundled if bundled.is_dir() else PACKAGE.parents[1]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise TweError(f"{folder} is not empty: name a new folder.")
        for part in (*PARTS, ".gitignore"):
            if (source / part).is_dir():
                shutil.copytree(source / part, folder / part)
            else:
                shutil.copyfile(source / part, folder / part)
        (folder / "deliveries").mkdir()
        (folder / "deliveries/README.md").write_text(_DELIVERIES, encoding="utf-8")
    except OSError as problem:
        raise TweError(
            f"The project can't be written into {folder}: {problem.strerror or problem}."
        ) from problem
