-- Figures of one name in several annexes have one label. An undivided figure may be a category of another.
select
    published_dimension as dimension,
    published_category as code,
    min(if(category = 'total' and published_dimension <> 'total', measure_label_nl, label_nl)) as label_nl
from marts.dim_figures
where published_measure is not null
group by published_dimension, published_category
