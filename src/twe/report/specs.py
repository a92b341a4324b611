"""Vega-Lite specifications, made and checked by Altair; the script of the page puts the rows into them.

Rows come as data set `rows` with some of: `year`, `area`, `series` (name of the series), `place` (its
place), `value` (what is drawn), `label` (text in or at the mark), `text` (text of the tooltip). Numbers in
texts are written by the page, those on axes by Vega with the Dutch locale that the page gives it.
"""

from collections.abc import Sequence
from typing import Literal

import altair as alt

from twe.export.charts import SEQUENCE, UNKNOWN_FILL, ordered_fills
from twe.export.sheets import Chart, Shape

Spec = dict[str, object]

ROWS = "rows"
# The page gives both, for light and for dark; the others are readable on their own fill.
_INK, _PAPER = "currentColor", "var(--paper)"
_DARK_INK, _LIGHT_INK = "#1F1F1F", "#FFFFFF"
# Okabe and Ito: told apart by people with any kind of colour blindness. Light ones get an outline.
_FILLS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
_ONE_FILL = _FILLS[0]
_NEGATIVE_FILL = _FILLS[5]
_DARK_FILLS = (_FILLS[0], *SEQUENCE[3:])
_HEIGHT = 260
LABELLED_STEP = 46
"""Height of a bar with a line of text over it; the page makes a comparison that many times as high."""
_LABEL_SIZE = 13
_NUMBER_AXIS = ",.0f"
_AUTOSIZE = alt.AutoSizeParams(type="fit-x", contains="padding")
# Three names next to each other don't fit on a phone.
_LEGEND_COLUMNS = "width < 480 ? 1 : width < 760 ? 2 : 3"
# The smallest circle can still be seen; the legend is drawn by the same scale.
_SMALLEST_SYMBOL, _LARGEST_SYMBOL = 16, "width < 500 ? 900 : 3600"
# Numbers over narrow columns stand upright where they would run into each other.
_IS_NARROW = "width < 640"


def config() -> Spec:
    """Return the look that all charts share."""
    return alt.Config(
        font="system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif",
        # The page names each chart in Dutch; Vega would add English words for every bar.
        aria=False,
        background="transparent",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelFontSize=_LABEL_SIZE,
            labelColor=_INK,
            gridColor=_INK,
            gridOpacity=0.15,
            domainColor="#767676",
            tickColor="#767676",
            titleFontSize=_LABEL_SIZE,
        ),
        legend=alt.LegendConfig(
            labelFontSize=_LABEL_SIZE,
            labelColor=_INK,
            titleColor=_INK,
            labelLimit=0,
            symbolSize=160,
            symbolStrokeWidth=1,
        ),
        text=alt.MarkConfig(fontSize=_LABEL_SIZE, fill=_INK),
    ).to_dict()


def chart_specs(chart: Chart) -> dict[str, Spec]:
    """Return the specifications that show a chart.

    `main` is the chart itself. A chart of shares has two more: `counts`, stacks of counts where a share
    would say more than is known, and `comparison`, a bar of shares per area instead of per year.
    """
    names = [series.label for series in chart.series]
    if chart.shape is Shape.RANKING:
        return {"main": _ranking(names)}
    if chart.shape is Shape.COLUMNS:
        return {"main": _single_columns() if len(names) == 1 else _grouped_columns(names)}
    fills = _fills(names, is_ordered=chart.is_ordered)
    return {
        "main": _stacks(names, fills, is_share=True),
        "counts": _stacks(names, fills, is_share=False),
        "comparison": _area_bars(names, fills),
    }


def small_multiple() -> Spec:
    """Return small columns per year; parameter `top` is the end of the axis, so that many can share one."""
    top = alt.param(name="top", value=0)
    scale = alt.Scale(domain=[0, alt.ExprRef(top.name)], nice=False)
    bars, labels = _columns_with_labels(alt.Y("value:Q", axis=None, scale=scale), font_size=12)
    return _finished(alt.layer(bars, labels).add_params(top).properties(height=110))


def map_spec(*, is_coloured: bool) -> Spec:
    """Return a map of circles in the middle of municipalities, their area in proportion to `size`.

    Rows have `name`, `longitude` and `latitude` (degrees), `province`, `text`, `size` (not negative),
    `isNegative` and `isHidden`; with colours also `rate` (or null) and `rateText`. Data set `outlines` has
    the features to draw and to fit the map to, `names` the texts `name` with their places. Parameters:
    `top` is the largest size, `sizes` are those of the legend, `low` and `high` the ends of the colours, and
    `form` how their numbers are written.
    """
    params = [
        # Given by the page, as circles have no largest one where every figure is 0 or left out.
        alt.param(name="top", value=1),
        alt.param(name="sizes", value=[1]),
    ]
    if is_coloured:
        ends = (("low", 0), ("high", 1), ("form", ".0%"))
        params += [alt.param(name=name, value=value) for name, value in ends]
    rows = alt.Chart(alt.NamedData(ROWS)).encode(
        longitude="longitude:Q",
        latitude="latitude:Q",
        tooltip=[
            alt.Tooltip("name:N", title="Gemeente"),
            alt.Tooltip("province:N", title="Provincie"),
            alt.Tooltip("text:N", title="Cijfer"),
            *([alt.Tooltip("rateText:N", title="Kleur")] if is_coloured else []),
        ],
    )
    land = alt.Chart(alt.NamedData("outlines")).mark_geoshape(
        fill="var(--land)", stroke="var(--border)", strokeWidth=1.2
    )
    dots = rows.mark_circle(size=8, color="#8C8C8C", opacity=1)
    circles = rows.transform_filter("datum.size > 0").encode(size=_circle_size())
    look = alt.MarkConfig(stroke=_INK, strokeWidth=0.6, fillOpacity=0.85, cursor="pointer").to_dict()
    uncoloured = circles.transform_filter("!datum.isNegative && !isValid(datum.rate)")
    drawn = [
        uncoloured.mark_point(fill=UNKNOWN_FILL if is_coloured else _ONE_FILL, **look),
        circles.transform_filter("datum.isNegative").mark_point(fill=_NEGATIVE_FILL, **look),
    ]
    if is_coloured:
        rated = circles.transform_filter("!datum.isNegative && isValid(datum.rate)").mark_point(**look)
        # First, as the legend of sizes has the fill of the first layer.
        drawn.insert(0, rated.encode(fill=_rate_fill()))
    hidden = rows.transform_filter("datum.isHidden").mark_point(
        shape="cross", size=45, color=_NEGATIVE_FILL, filled=True
    )
    places = alt.Chart(alt.NamedData("names")).encode(
        longitude="longitude:Q", latitude="latitude:Q", text="name:N"
    )
    size = alt.ExprRef("width < 500 ? 11 : 13")
    names = [
        # A light edge keeps a name readable over circles.
        places.mark_text(
            fontSize=size, fontWeight="bold", fill=_PAPER, stroke=_PAPER, strokeWidth=4, opacity=0.7
        ),
        places.mark_text(fontSize=size, fontWeight="bold", fill=_INK),
    ]
    return _finished(
        alt.layer(land, dots, *drawn, hidden, *names)
        .add_params(*params)
        .project(type="mercator")
        .properties(height="container"),
        alt.AutoSizeParams(type="fit", contains="padding"),
    )


def _circle_size() -> alt.Size:
    return alt.Size(
        "size:Q",
        scale=alt.Scale(
            type="linear",
            domain=[0, alt.ExprRef("top")],
            rangeMin=_SMALLEST_SYMBOL,
            rangeMax=alt.ExprRef(_LARGEST_SYMBOL),
            nice=False,
            zero=True,
        ),
        legend=alt.Legend(
            title="Grootte",
            orient="bottom",
            format=_NUMBER_AXIS,
            values=alt.ExprRef("sizes"),
            direction="horizontal",
            symbolFillColor="transparent",
            symbolStrokeColor=_INK,
        ),
    )


def _rate_fill() -> alt.Fill:
    return alt.Fill(
        "rate:Q",
        scale=alt.Scale(
            type="linear",
            domain=[alt.ExprRef("low"), alt.ExprRef("high")],
            range=[SEQUENCE[0], SEQUENCE[2], SEQUENCE[5]],
            nice=False,
            zero=False,
        ),
        legend=alt.Legend(
            title="Kleur",
            orient="bottom",
            direction="horizontal",
            type="gradient",
            gradientLength=alt.ExprRef("width < 500 ? 110 : 200"),
            tickCount=3,
            labelExpr="format(datum.value, form)",
        ),
    )


def _single_columns() -> Spec:
    bars, labels = _columns_with_labels(_number_axis())
    return _finished(alt.layer(bars, labels).properties(height=_HEIGHT))


def _columns_with_labels(y: alt.Y, font_size: int = _LABEL_SIZE) -> tuple[alt.Chart, alt.Chart]:
    base = _rows().encode(x=_years(), y=y)
    return (
        base.mark_bar(color=_ONE_FILL, width=alt.RelativeBandSize(0.72)),
        base.mark_text(dy=-8, fontSize=font_size).encode(text="label:N"),
    )


def _grouped_columns(names: Sequence[str]) -> Spec:
    offset = alt.XOffset("series:N", sort=list(names))
    base = _rows().encode(x=_years(), xOffset=offset)
    bars = base.mark_bar(stroke=_INK, strokeWidth=0.5).encode(
        y=_number_axis(), color=_colours(names, _fills(names))
    )
    # Over the zero line where a column goes down: a small one beside large ones is still read.
    labels = (
        base.transform_calculate(top="max(datum.value, 0)")
        .mark_text(
            fontSize=11,
            angle=alt.ExprRef(f"{_IS_NARROW} ? 270 : 0"),
            align=alt.ExprRef(f"{_IS_NARROW} ? 'left' : 'center'"),
            baseline="middle",
            dx=alt.ExprRef(f"{_IS_NARROW} ? 4 : 0"),
            dy=alt.ExprRef(f"{_IS_NARROW} ? 0 : -8"),
        )
        .encode(y=alt.Y("top:Q"), text="label:N")
    )
    return _finished(alt.layer(bars, labels).properties(height=_HEIGHT))


def _stacks(names: Sequence[str], fills: Sequence[str], *, is_share: bool) -> Spec:
    axis = alt.Axis(format=".0%" if is_share else _NUMBER_AXIS, tickCount=5, title=None)
    stack: Literal["normalize", "zero"] = "normalize" if is_share else "zero"
    base = _rows().encode(x=_years(), order="place:Q")
    bars = base.mark_bar(stroke=_INK, strokeWidth=0.5).encode(
        y=alt.Y("value:Q", axis=axis, stack=stack), color=_colours(names, fills)
    )
    labels = base.mark_text(fontSize=12).encode(
        y=alt.Y("value:Q", bandPosition=0.5, axis=axis, stack=stack),
        text="label:N",
        detail="series:N",
        color=_inks(names, fills),
    )
    return _finished(
        alt.layer(bars, labels).resolve_scale(color="independent").properties(height=_HEIGHT + 40)
    )


def _area_bars(names: Sequence[str], fills: Sequence[str]) -> Spec:
    # Names stand over the bars, as they need more room than a phone has beside them. The order is a
    # field: that of the rows is forgotten when they are replaced.
    order = alt.EncodingSortField(field="areaPlace", op="min", order="ascending")
    base = _rows().encode(y=alt.Y("area:N", sort=order, axis=None), order="place:Q")
    axis = alt.Axis(format=".0%", tickCount=5, title=None)
    bars = base.mark_bar(stroke=_INK, strokeWidth=0.5, height=22, yOffset=9).encode(
        x=alt.X("value:Q", axis=axis, stack="normalize"), color=_colours(names, fills)
    )
    shares = base.mark_text(fontSize=12, yOffset=9).encode(
        x=alt.X("value:Q", bandPosition=0.5, axis=axis, stack="normalize"),
        text="label:N",
        detail="series:N",
        color=_inks(names, fills),
    )
    areas = (
        base.transform_filter("datum.place == 0")
        .mark_text(align="left", yOffset=-13, x=0)
        .encode(text="area:N")
    )
    return _finished(
        alt.layer(bars, shares, areas).resolve_scale(color="independent").properties(height=LABELLED_STEP)
    )


def _ranking(names: Sequence[str]) -> Spec:
    # Names stand over the bars, for the same reason.
    base = _rows().encode(y=alt.Y("series:N", sort=list(names), axis=None))
    axis = alt.Axis(format=_NUMBER_AXIS, tickMinStep=1, tickCount=5, title=None)
    bars = base.mark_bar(color=_ONE_FILL, height=16, yOffset=9).encode(x=alt.X("value:Q", axis=axis))
    numbers = base.mark_text(align="left", dx=5, yOffset=9).encode(
        x=alt.X("value:Q", axis=axis), text="label:N"
    )
    headings = base.mark_text(align="left", yOffset=-10, x=0).encode(text="series:N")
    return _finished(alt.layer(bars, numbers, headings).properties(height=len(names) * LABELLED_STEP))


def _rows() -> alt.Chart:
    return alt.Chart(alt.NamedData(ROWS)).encode(
        tooltip=[
            alt.Tooltip("area:N", title="Gebied"),
            alt.Tooltip("year:O", title="Jaar"),
            alt.Tooltip("series:N", title="Reeks"),
            alt.Tooltip("text:N", title="Cijfer"),
        ]
    )


def _years() -> alt.X:
    return alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0, ticks=False, labelOverlap="parity"))


def _number_axis() -> alt.Y:
    return alt.Y("value:Q", axis=alt.Axis(format=_NUMBER_AXIS, tickMinStep=1, tickCount=5, title=None))


def _colours(names: Sequence[str], fills: Sequence[str]) -> alt.Color:
    legend = alt.Legend(
        title=None,
        orient="bottom",
        columns=alt.ExprRef(_LEGEND_COLUMNS),
        symbolType="square",
        symbolStrokeColor=_INK,
    )
    return alt.Color("series:N", scale=alt.Scale(domain=list(names), range=list(fills)), legend=legend)


def _inks(names: Sequence[str], fills: Sequence[str]) -> alt.Color:
    inks = [_LIGHT_INK if fill in _DARK_FILLS else _DARK_INK for fill in fills]
    return alt.Color("series:N", scale=alt.Scale(domain=list(names), range=inks), legend=None)


def _fills(names: Sequence[str], *, is_ordered: bool = False) -> list[str]:
    if is_ordered:
        return ordered_fills(names)
    known = [name for name in names if not name.startswith("Onbekend")]
    if len(known) > len(_FILLS):
        raise ValueError(f"{len(known)} series can't be told apart by {len(_FILLS)} colours")
    fills = dict(zip(known, _FILLS, strict=False))
    return [fills.get(name, UNKNOWN_FILL) for name in names]


def _finished(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart, autosize: alt.AutoSizeParams = _AUTOSIZE
) -> Spec:
    """Return a chart as wide as its place, checked against the schema of Vega-Lite, without Altair's look."""
    spec = chart.properties(width="container", autosize=autosize).to_dict()
    # Nobody fetches the schema, but a page that never looks outside needs no address in it.
    for unused in ("config", "$schema"):
        spec.pop(unused, None)
    return spec
