"""The sheets that tell which figures changed since an earlier state; never which records are behind them."""

from collections.abc import Mapping, Sequence
from typing import Any

from twe.export.explanation import ALWAYS, OF_REVISIONS, references
from twe.export.sheets import Sheet, fixed_sheet
from twe.export.warehouse import Annex, BuildInfo
from twe.sql import statements


def revision_sheets(annexes: Sequence[Annex], build: BuildInfo) -> list[Sheet]:
    """Return the changed counts, the changed amounts and a summary; nothing without an earlier state."""
    if build.previous_as_of is None:
        return []
    numbers = ", ".join(str(annex.number) for annex in annexes)
    facts = build.facts | {"references": references(*ALWAYS, *OF_REVISIONS)}
    return [
        _cells_sheet(facts, numbers, is_euro=False),
        _cells_sheet(facts, numbers, is_euro=True),
        _summary_sheet(facts, numbers),
    ]


def _cells_sheet(facts: Mapping[str, Any], numbers: str, *, is_euro: bool) -> Sheet:
    """Return a row per changed figure; counts and amounts differ in unit, so that each has its sheet."""
    old, new, difference = (
        column if is_euro else f"cast({column} as bigint)"
        for column in ("old_value", "new_value", "difference")
    )
    return fixed_sheet(
        "revisions_euro" if is_euro else "revisions",
        f"""
            with revisions as ({statements("export/revisions")})
            select table_nl, year, nis_code, municipality, province, measure_label, dimension_label,
                category_label, {old}, {new}, {difference}, records
            from revisions
            where annex in ({numbers}) and (unit_nl = 'euro') = {is_euro}
            order by annex, year, province, municipality, nis_code, sort_order, dimension_order, dimension,
                category_order, category
        """,
        is_euro=is_euro,
        is_count=not is_euro,
        **facts,
    )


def _summary_sheet(facts: Mapping[str, Any], numbers: str) -> Sheet:
    """Return how many figures changed and by how much in Flanders, where they may be added."""
    is_summed = "is_additive and count(difference) = count(*)"
    total = "sum(difference)"
    return fixed_sheet(
        "revision_totals",
        f"""
            with revisions as ({statements("export/revisions")})
            select table_nl, measure_label, dimension_label, count(*),
                if(unit_nl <> 'euro' and {is_summed}, cast({total} as bigint), null),
                if(unit_nl = 'euro' and {is_summed}, {total}, null)
            from revisions
            where annex in ({numbers})
            group by annex, table_nl, sort_order, measure_label, dimension, dimension_label, unit_nl,
                is_additive
            order by annex, sort_order, min(dimension_order), dimension
        """,
        **facts,
    )
