-- The earlier state has an earlier as-of date than this build. Without variable previous_database there is none.
select previous.as_of
from {{ ref('dim_previous_state') }} as previous
cross join {{ ref('dim_parameters') }} as parameters
where previous.as_of >= parameters.as_of
