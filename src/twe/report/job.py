"""One report: from a warehouse file to one page."""

from pathlib import Path

from twe.errors import ExportError
from twe.export.changed import compare_with
from twe.export.editions import shared_name
from twe.export.job import Order, open_edition
from twe.export.progress import Progress
from twe.report.content import read_annexes, read_areas, read_counted, read_size_classes
from twe.report.page import page_text
from twe.report.texts import read_texts
from twe.warehouse.files import write_whole

NAME = "rapport"


def report(order: Order, progress: Progress) -> Path:
    """Write the page of an edition; return its path.

    Raises ExportError with one sentence when the warehouse is refused or the page can't be written; an older
    page then stays as it was.
    """
    path = order.out / f"{NAME}{order.edition.suffix}.html"
    with open_edition(order) as warehouse:
        build = warehouse.build_info()
        areas = read_areas(warehouse, shared_name(build.protection))
        size_classes, counted = read_size_classes(warehouse), read_counted(warehouse)
        annexes = read_annexes(warehouse, build, areas, progress)
        progress.step("toelichting")
        markers = frozenset[str]().union(*(annex.markers for annex in annexes))
        texts = read_texts(warehouse, build, order.publisher, markers)
        changes = compare_with(warehouse, order.previous, build) if order.previous else None
    progress.step(path.name)
    page = page_text(build, areas, size_classes, counted, annexes, texts, changes)
    try:
        order.out.mkdir(parents=True, exist_ok=True)
        write_whole(path, page)
    except OSError as problem:
        raise ExportError(f"The page {path} can't be written: {problem.strerror or problem}.") from problem
    return path
