"""The sheet on the quality of the deliveries and on the tests: counts only, no row and no key."""

from twe.export.dutch import day_text
from twe.export.sheets import Sheet, fixed_sheet
from twe.export.warehouse import BuildInfo
from twe.sql import query, statements

_NONE_AFFECTED = "select 0 as annex, 0 as code_order, '' as label_nl, 0 as number where false"


def quality_sheet(build: BuildInfo) -> Sheet:
    """Return the balance, reasons of quarantine and warnings per extract, and the results of the tests.

    A code without a label is shown as it is.
    """
    shown = "class_nl" if build.protection else "counted"
    return fixed_sheet(
        "quality",
        query(
            "export/quality",
            shown=f"select *, {shown} as number from quality.quality_counts",
            affected=statements("export/affected") if build.protection else _NONE_AFFECTED,
        ),
        kind="text" if build.protection else "count",
        is_protected=build.protection is not None,
        is_undelivered=not build.are_claims_delivered,
        accepted_by=build.quarantine_accepted_by,
        built_day=day_text(build.built_at.date()),
        built_at=build.built_at,
        **build.facts,
    )
