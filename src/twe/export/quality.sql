-- What deliveries and tests came to: the counts of quality are `shown` as numbers or classes, `affected` is what the
-- protection of a release did.
with

parts as (
    from (
        values
        (1, 'balance', 'Balans'),
        (2, 'reason', 'Reden van quarantaine'),
        (3, 'warning', 'Waarschuwing')
    ) as parts (part, code_list, part_label)
),

extracts as (
    select
        code as extract,
        sort_order as extract_order,
        label_nl as extract_label
    from reference.quality_codes
    where code_list = 'extract'
),

counts as (
    select
        parts.part,
        parts.part_label,
        shown.extract,
        codes.sort_order as code_order,
        coalesce(codes.label_nl, shown.code) as label_nl,
        if(shown.extract <> 'raw_subsidy_claims' or parameters.are_claims_delivered, shown.number, null) as number
    from shown
    cross join marts.dim_parameters as parameters
    inner join parts using (code_list)
    left join reference.quality_codes as codes using (code_list, code)
    union all
    select
        4 as part,
        'Controle' as part_label,
        'Alle leveringen' as extract,
        1 as code_order,
        'Geslaagde controles' as label_nl,
        count(*) as number
    from quality.node_results
    where resource_type = 'test' and status = 'pass'
    union all
    select
        4 as part,
        'Controle' as part_label,
        'Alle leveringen' as extract,
        2 as code_order,
        'Controles met een waarschuwing' as label_nl,
        count(*) as number
    from quality.node_results
    where resource_type = 'test' and status = 'warn'
    union all
    select
        4 as part,
        'Controle' as part_label,
        'Alle leveringen' as extract,
        3 as code_order,
        'Mislukte stappen en controles' as label_nl,
        count(*) as number
    from quality.node_results
    where status not in ('success', 'pass', 'warn')
    union all
    select
        5 as part,
        'Bescherming' as part_label,
        'Bijlage ' || annex as extract,
        code_order,
        label_nl,
        number
    from affected
)

select
    counts.part_label,
    coalesce(extracts.extract_label, extract) as extract_label,
    counts.label_nl,
    counts.number
from counts
left join extracts using (extract)
order by counts.part, extracts.extract_order, extract, counts.code_order, counts.label_nl
