"""Progress on a terminal: silent everywhere else, so that logs and pipes stay clean."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar


class Progress:
    """Tells what is being made; each step is one sheet or one file."""

    def __init__(self, bar: Bar) -> None:
        """Report on a bar without a total."""
        self._bar = bar
        self._task = bar.add_task("", total=None)

    def expect(self, steps: int) -> None:
        """Say how many steps there will be."""
        self._bar.update(self._task, total=steps)

    def step(self, name: str) -> None:
        """Begin the step of this name; the step before it is done."""
        self._bar.update(self._task, description=name, advance=1)


@contextmanager
def progress_bar(is_quiet: bool) -> Iterator[Progress]:
    """Show a bar on standard error when that is a terminal and nobody asked for silence."""
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    is_silent = is_quiet or not sys.stderr.isatty()
    with Bar(*columns, console=Console(stderr=True), transient=True, disable=is_silent) as bar:
        yield Progress(bar)
