"""What each method and threshold would cost on the delivered data."""

from pathlib import Path

import numpy as np

from twe.protection.cells import Cells
from twe.protection.job import Rules, protected_values
from twe.protection.releases import HIDDEN, Method
from twe.protection.rounding import round_to
from twe.protection.warehouse import read_warehouse

_COLUMNS = (
    "| method | municipal cells changed | cells from non-zero to 0 | cells hidden | persons in hidden cells "
    "| mean error | largest error |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
)
# Nothing of it is published: the same data always have the same table.
_KEY = b"trade-off"


def trade_off(database: Path, threshold: int) -> str:
    """Return a table in Markdown; ProtectionError when the warehouse can't be read.

    Cells are counts of trajectories and clients per municipality that an annex shows; months and claims,
    which are rounded to twelve times the base, are left out.
    """
    warehouse = read_warehouse(database)
    cells = warehouse.cells
    never = np.zeros(len(cells), dtype=np.int64)

    def protected(rules: Rules) -> np.ndarray:
        return protected_values(cells, rules, _KEY, {}, never, never > 0)[0]

    lines = [*_COLUMNS]
    for size in sorted({3, threshold, 10}):
        rules = Rules(method=Method.ROUNDING, threshold=size, base=size)
        lines.append(_line(f"rounding to {size}", cells, protected(rules)))
    lines.append(_line(f"to the nearest {threshold}, which is not safe", cells, _nearest(cells, threshold)))
    for size in sorted({3, threshold, 10}):
        rules = Rules(method=Method.SUPPRESSION, threshold=size)
        lines.append(_line(f"suppression below {size}", cells, protected(rules)))
    label = "Synthetic data. " if warehouse.is_synthetic else ""
    head = f"{label}{len(cells)} cells, {len(cells.equations)} equations, as of {warehouse.as_of:%Y-%m-%d}."
    return "\n".join([head, "", *lines])


def _nearest(cells: Cells, base: int) -> np.ndarray:
    """Return the additive table that deviates the least: what it costs not to be predictable is the rest."""
    bases = base * cells.units
    up_minus_down = (bases - 2 * (cells.truth % bases)) / cells.units
    is_up = (up_minus_down < 0) & (cells.truth % bases > 0)
    return round_to(cells, bases, is_up, np.abs(up_minus_down))[0]


def _line(name: str, cells: Cells, values: np.ndarray) -> str:
    chosen = cells.is_protected & cells.is_published & (cells.units == 1)
    truth, published = cells.truth[chosen], values[chosen]
    is_hidden = published == HIDDEN
    errors = np.abs(published - truth)[~is_hidden]
    return (
        f"| {name} | {np.mean(published != truth):.0%} | {np.mean((truth > 0) & (published == 0)):.0%} "
        f"| {np.mean(is_hidden):.0%} | {truth[is_hidden].sum() / max(truth.sum(), 1):.0%} "
        f"| {errors.mean():.2f} | {errors.max():.0f} |"
    )
