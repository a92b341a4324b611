-- The figures with a heading, and the undivided one that is published under the same name and so holds them.
select
    parts.annex,
    parts.header_nl,
    any_value(concat_ws('.', parts.measure, parts.dimension, parts.category)) as code,
    any_value(wholes.header_nl) as whole_header_nl,
    any_value(parts.units_per_person) as units_per_person
from marts.dim_figures as parts
left join marts.dim_figures as wholes
    on
        parts.annex = wholes.annex
        and parts.published_measure = wholes.published_measure
        and parts.published_dimension <> 'total'
        and wholes.published_dimension = 'total'
        and parts.kind = 'count'
        and wholes.kind = 'count'
where parts.header_nl is not null
group by parts.annex, parts.header_nl
