"""One report: from a warehouse file to one page."""

import os
import tempfile
from pathlib import Path

from twe.errors import ExportError
from twe.export.changed import compare_with
from twe.export.editions import shared_name
from twe.export.job import Order, open_edition
from twe.export.progress import Progress
from twe.report.content import read_annexes, read_areas, read_counted, read_size_classes
from twe.report.page import page_text
from twe.report.texts import read_texts

NAME = "rapport"


class Options(Order):
    """Which page to write."""

    @property
    def path(self) -> Path:
        """Return the file to be written."""
        return self.out / f"{NAME}{self.edition.suffix}.html"


def report(options: Options, progress: Progress) -> Path:
    """Write the page of an edition; return its path.

    Raises ExportError with one sentence when the warehouse is refused or the page can't be written; an older
    page then stays as it was.
    """
    with open_edition(options.database, options.edition, options.release) as warehouse:
        build = warehouse.build_info()
        areas = read_areas(warehouse, shared_name(build.protection))
        size_classes, counted = read_size_classes(warehouse), read_counted(warehouse)
        annexes = read_annexes(warehouse, build, areas, progress)
        progress.step("toelichting")
        markers = frozenset[str]().union(*(annex.markers for annex in annexes))
        texts = read_texts(warehouse, build, options.publisher, markers)
        changes = compare_with(warehouse, options.previous, build) if options.previous else None
    progress.step(options.path.name)
    page = page_text(build, areas, size_classes, counted, annexes, texts, changes)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=options.out, prefix=".report_") as folder:
            draft = Path(folder) / options.path.name
            draft.write_text(page, encoding="utf-8", newline="\n")
            os.replace(draft, options.path)
    except OSError as problem:
        raise ExportError(
            f"The page {options.path} can't be written: {problem.strerror or problem}."
        ) from problem
    return options.path
