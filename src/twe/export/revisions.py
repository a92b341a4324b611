"""The sheets that tell which figures changed since an earlier state; never which records are behind them."""

from collections.abc import Mapping, Sequence
from typing import Any

from twe.export.explanation import ALWAYS, OF_REVISIONS, references
from twe.export.sheets import Sheet, fixed_sheet
from twe.export.warehouse import Annex, BuildInfo, of_annexes
from twe.sql import query, statements


def revision_sheets(annexes: Sequence[Annex], build: BuildInfo) -> list[Sheet]:
    """Return the changed counts, the changed amounts and a summary; nothing without an earlier state."""
    if build.previous_as_of is None:
        return []
    facts = build.facts | {"references": references(*ALWAYS, *OF_REVISIONS)}
    revisions = f"from ({statements('export/revisions')}) where {of_annexes(annexes)}"
    return [
        _cells_sheet(facts, revisions, is_euro=False),
        _cells_sheet(facts, revisions, is_euro=True),
        fixed_sheet("revision_totals", query("export/revision_totals", revisions=revisions), **facts),
    ]


def _cells_sheet(facts: Mapping[str, Any], revisions: str, *, is_euro: bool) -> Sheet:
    """Return a row per changed figure; counts and amounts differ in unit, so that each has its sheet."""
    old, new, difference = (
        column if is_euro else f"cast({column} as bigint)"
        for column in ("old_value", "new_value", "difference")
    )
    return fixed_sheet(
        "revisions_euro" if is_euro else "revisions",
        f"""
            select table_nl, year, nis_code, municipality, province, measure_label, dimension_label,
                category_label, {old}, {new}, {difference}, records
            from ({revisions})
            where (unit_nl = 'euro') = {is_euro}
            order by annex, year, province, municipality, nis_code, sort_order, dimension_order, dimension,
                category_order, category
        """,
        is_euro=is_euro,
        is_count=not is_euro,
        **facts,
    )
