-- What this build is compared with was known before it; without variable previous_database it is compared with nothing.
select previous.as_of
from {{ ref('dim_previous_state') }} as previous
cross join {{ ref('dim_parameters') }} as parameters
where previous.as_of >= parameters.as_of
