"""The sheet on the quality of the deliveries and on the tests: counts only, no row and no key."""

from twe.export.dutch import day_text
from twe.export.sheets import Sheet, fixed_sheet
from twe.export.warehouse import BuildInfo
from twe.sql import statements

_NONE_AFFECTED = "select 0 as annex, 0 as code_order, '' as label, 0 as number where false"


def quality_sheet(build: BuildInfo) -> Sheet:
    """Return the balance, reasons of quarantine and warnings per extract, and the results of the tests.

    A code without a label is shown as it is.
    """
    shown = "class_nl" if build.protection else "counted"
    return fixed_sheet(
        "quality",
        f"""
            with
            affected as ({statements("export/affected") if build.protection else _NONE_AFFECTED}),
            extracts as (
                select code as extract, sort_order as extract_order, label_nl as extract_label
                from reference.quality_codes
                where code_list = 'extract'
            ),
            counts as (
                select
                    parts.part, parts.part_label, found.extract, codes.sort_order as code_order,
                    coalesce(codes.label_nl, found.code) as label, {shown} as number
                from quality.quality_counts as found
                inner join (
                    values
                        (1, 'balance', 'Balans'), (2, 'reason', 'Reden van quarantaine'),
                        (3, 'warning', 'Waarschuwing')
                ) as parts (part, code_list, part_label) using (code_list)
                left join reference.quality_codes as codes using (code_list, code)
                union all
                select 4, 'Controle', 'Alle leveringen', 1, 'Geslaagde controles', count(*)
                from quality.node_results where resource_type = 'test' and status = 'pass'
                union all
                select 4, 'Controle', 'Alle leveringen', 2, 'Controles met een waarschuwing', count(*)
                from quality.node_results where resource_type = 'test' and status = 'warn'
                union all
                select 4, 'Controle', 'Alle leveringen', 3, 'Mislukte stappen en controles', count(*)
                from quality.node_results where status not in ('success', 'pass', 'warn')
                union all
                select 5, 'Bescherming', 'Bijlage ' || annex, code_order, label, number from affected
            )
            select part_label, coalesce(extract_label, extract), label, number
            from counts left join extracts using (extract)
            order by part, extract_order, extract, code_order, label
        """,
        kind="text" if build.protection else "count",
        is_protected=build.protection is not None,
        accepted_by=build.quarantine_accepted_by,
        built_day=day_text(build.built_at.date()),
        built_at=build.built_at,
        **build.facts,
    )
