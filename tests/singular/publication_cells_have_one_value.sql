-- Counts that share a cell are equal, wherever they stand.
select
    cell_id,
    min(true_value) as lowest,
    max(true_value) as highest
from {{ ref('publication_places') }}
group by cell_id
having lowest <> highest
