"""What changed since an earlier answer, as a sheet and a table of the data package."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from twe.changes import Changes, changes_since
from twe.export.dutch import day_text, list_text, number_text
from twe.export.sheets import Sheet, fixed_sheet, words
from twe.export.tables import KEY, Table, described_fields
from twe.export.warehouse import Annex, BuildInfo, Warehouse, of_annexes


def compare_with(warehouse: Warehouse, earlier: Sequence[Path], build: BuildInfo) -> Changes:
    """Return what changed since the first of some earlier answers, which its sheet and table then read.

    ExportError when the two can't be compared, or a public edition would be compared with what readers don't
    have.
    """
    is_sent = build.protection is not None
    return changes_since(warehouse.connection, earlier, warehouse.path, is_sent=is_sent)


def changes_of(changes: Changes, annexes: Sequence[Annex]) -> Changes:
    """Return what changed in these annexes."""
    numbers = {annex.number for annex in annexes}
    return replace(changes, rows=tuple(row for row in changes.rows if row.annex in numbers))


def changes_text(changes: Changes) -> str:
    """Return in Dutch how the two answers differ."""
    days = changes.days[1:-1]
    return words(
        "changes",
        "text",
        old=day_text(changes.old_day),
        new=day_text(changes.new_day),
        step=words("changes", changes.step.name.lower()),
        count=number_text(len(changes.rows)),
        between=words("changes", "between", days=list_text([day_text(day) for day in days]))
        if days
        else words("changes", "nothing_between"),
    )


def changes_sheet(changes: Changes, annexes: Sequence[Annex]) -> Sheet:
    """Return the sheet with a row per figure of these annexes that differs."""
    return fixed_sheet(
        "changes",
        f"""
            select annex, figure, area_code, area, year, unit, round(old_value, 2), round(new_value, 2),
                strftime(since, '%d/%m/%Y')
            from changed
            where {of_annexes(annexes)}
        """,
        text=changes_text(changes_of(changes, annexes)),
    )


def changes_table(changes: Changes, annexes: Sequence[Annex]) -> Table:
    """Return the table of the data package with the same rows."""
    return Table(
        name="wijzigingen",
        title=words("changes", "name"),
        description=changes_text(changes_of(changes, annexes)),
        fields=described_fields("changes"),
        key=KEY,
        relation=f"(select *, date '{changes.old_day}' as old_as_of, date '{changes.new_day}' as new_as_of"
        f" from changed where {of_annexes(annexes)})",
    )
