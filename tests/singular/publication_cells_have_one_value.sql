-- Counts that share a cell are equal, wherever they stand.
select
    cell_id,
    min(true_value) as lowest,
    max(true_value) as highest
from {{ ref('int_publication__area_counts') }}
group by cell_id
having lowest <> highest
