"""Vega-Lite specifications, made of the parts in charts.json; the script of the page puts the rows into them.

A text `$name` stands for what is given under that name, else for the part of that name. `$use` is a part for
which what stands beside it is given, `$why` a remark.

Rows come as data set `rows` with some of: `year`, `area`, `series` (name of the series), `place` (its
place), `value` (what is drawn), `label` (text in or at the mark), `text` (text of the tooltip). Numbers in
texts are written by the page, those on axes by Vega with the Dutch locale that the page gives it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twe.export.charts import PALETTE, SEQUENCE, UNKNOWN_FILL, series_fills
from twe.export.sheets import Chart, Shape

Spec = dict[str, Any]

_PARTS: Spec = json.loads(Path(__file__).with_name("charts.json").read_text(encoding="utf-8"))
# Height of a bar with a line of text over it.
_STEP = 46
_DARK_INK, _LIGHT_INK = "#1F1F1F", "#FFFFFF"
_DARK_FILLS = (PALETTE[0], *SEQUENCE[3:])
_GIVEN = {
    "$fill": PALETTE[0],
    "$negative_fill": PALETTE[5],
    "$unknown_fill": UNKNOWN_FILL,
    "$rate_fills": [SEQUENCE[0], SEQUENCE[2], SEQUENCE[5]],
    "$step": _STEP,
}


def chart_specs(chart: Chart) -> dict[str, Spec]:
    """Return the specifications that show a chart.

    `main` is the chart itself. A chart of shares has two more: `counts`, stacks of counts where a share
    would say more than is known, and `comparison`, a bar of shares per area instead of per year.

    ValueError when it has more series than there are colours.
    """
    names = [series.label for series in chart.series]
    if chart.shape is Shape.RANKING:
        return {"main": _spec("ranking", names=names, height=len(names) * _STEP)}
    if chart.shape is Shape.COLUMNS and len(names) == 1:
        return {"main": _spec("columns")}
    is_stack = chart.shape is Shape.SHARES
    fills = series_fills(names, is_ordered=is_stack and chart.is_ordered)
    inks = [_LIGHT_INK if fill in _DARK_FILLS else _DARK_INK for fill in fills]
    stacks = {"main": "shares", "counts": "counts", "comparison": "comparison"}
    parts = stacks if is_stack else {"main": "grouped"}
    return {use: _spec(part, names=names, fills=fills, inks=inks) for use, part in parts.items()}


def page_specs() -> dict[str, object]:
    """Return what all charts of the page share, by the names that its script has for it.

    `vegaConfig` is their look, `step` the height of an area in a comparison. `small` is small columns per
    year; parameter `top` is the end of the axis, so that many can share one.

    `maps` are maps of circles in the middle of municipalities, their area in proportion to `size`: `coloured`
    and `plain`. Rows have `name`, `longitude` and `latitude` (degrees), `province`, `text`, `size` (not
    negative), `isNegative` and `isHidden`; with colours also `rate` (or null) and `rateText`. Data set
    `outlines` has the features to draw and to fit the map to, `names` the texts `name` with their places.
    Parameters: `top` is the largest size, `sizes` are those of the legend, `low` and `high` the ends of the
    colours, and `form` how their numbers are written.
    """
    return {
        "vegaConfig": _spec("config"),
        "step": _STEP,
        "small": _spec("small"),
        "maps": {"coloured": _spec("coloured_map"), "plain": _spec("plain_map")},
    }


def _spec(part: str, **given: object) -> Spec:
    filled: Spec = _filled(f"${part}", _GIVEN | {f"${name}": value for name, value in given.items()})
    return filled


def _filled(item: Any, given: Mapping[str, object]) -> Any:
    if isinstance(item, dict):
        own = {name: _filled(value, given) for name, value in item.items() if name not in ("$use", "$why")}
        return _filled(item["$use"], {**given, **own}) if "$use" in item else own
    if isinstance(item, list):
        return [_filled(value, given) for value in item]
    if isinstance(item, str) and item.startswith("$"):
        # What is given stays as it is: a name of a series may begin with any sign.
        return given[item] if item in given else _filled(_PARTS[item[1:]], given)
    return item
