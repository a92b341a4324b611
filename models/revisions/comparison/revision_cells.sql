-- Without an earlier state there is nothing to compare with.
select cells.*
from (
    {{ annex_cells(ref) }}
) as cells
cross join {{ ref('dim_previous_state') }}
