-- How many of the given `revisions` there are per measure and dimension, and by how much Flanders changed where
-- they may be added.
select
    table_nl,
    measure_label,
    dimension_label,
    count(*) as figures,
    if(unit_nl <> 'euro' and is_additive and count(difference) = count(*), cast(sum(difference) as bigint), null)
        as difference,
    if(unit_nl = 'euro' and is_additive and count(difference) = count(*), sum(difference), null) as difference_eur
from revisions
group by annex, table_nl, sort_order, measure_label, dimension, dimension_label, unit_nl, is_additive
order by annex, sort_order, min(dimension_order), dimension
