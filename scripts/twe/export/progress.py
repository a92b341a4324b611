"""Progress on a terminal: silent everywhere else, so that logs and pipes stay clean."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm


class Progress:
    """Tells what is being made; each step is one sheet or one file."""

    def __init__(self, bar: tqdm) -> None:
        """Report on a bar without a total."""
        self._bar = bar

    def expect(self, steps: int) -> None:
        """Say how many steps there will be."""
        self._bar.total = steps
        self._bar.refresh()

    def step(self, name: str) -> None:
        """Begin the step of this name; the step before it is done."""
        self._bar.set_description_str(name, refresh=False)
        self._bar.update()


@contextmanager
def progress_bar(is_quiet: bool) -> Iterator[Progress]:
    """Show a bar on standard error when that is a terminal and nobody asked for silence."""
    is_silent = is_quiet or not sys.stderr.isatty()
    form = "{desc:<24} {bar} {n_fmt}/{total_fmt} {elapsed}"
    with tqdm(file=sys.stderr, disable=is_silent, leave=False, bar_format=form) as bar:
        yield Progress(bar)
