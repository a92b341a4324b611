-- Counts that share a cell are equal, wherever they stand, and so are the persons behind them.
select
    cell_id,
    min(true_value) as lowest,
    max(true_value) as highest,
    min(persons) as fewest,
    max(persons) as most
from {{ ref('publication_places') }}
group by cell_id
having
    lowest <> highest
    or fewest <> most
