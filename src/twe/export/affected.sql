-- Per annex, over the published counts of municipalities.
select
    summary.annex,
    parts.code_order,
    parts.label_nl,
    parts.number
from publication.publication_summary as summary
cross join lateral (
    values
    (1, 'Gepubliceerde aantallen van gemeenten', replace(format('{:,}', summary.cells), ',', '.')),
    (
        2,
        'Deel van die aantallen dat van het echte aantal afwijkt, afgerond op tien procent',
        summary.percent_of_cells_changed || ' %'
    ),
    (
        3,
        'Deel van die aantallen dat weggelaten is, afgerond op tien procent',
        summary.percent_of_cells_hidden || ' %'
    )
) as parts (code_order, label_nl, number)
