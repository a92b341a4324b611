"""Reading the rows of the next sheet while this one is written."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

Read = Callable[[str], list[tuple[Any, ...]]]


@contextmanager
def read_ahead(read: Read, queries: Sequence[str]) -> Iterator[Read]:
    """Yield a function like `read` that has the rows of the next of the `queries` ready, and no more.

    All reading happens in one other thread, so that a connection is never used by two at once. Queries may be
    asked in any order, also others; what `read` raises comes out where its rows are asked.
    """
    following = dict(pairwise(queries))
    ready: dict[str, Future[list[tuple[Any, ...]]]] = {}
    with ThreadPoolExecutor(max_workers=1) as thread:

        def rows(query: str) -> list[tuple[Any, ...]]:
            found = ready.pop(query, None) or thread.submit(read, query)
            result = found.result()
            if query in following:
                ready[following[query]] = thread.submit(read, following[query])
            return result

        yield rows
