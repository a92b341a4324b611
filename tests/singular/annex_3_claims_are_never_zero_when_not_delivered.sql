-- Claims are NULL in every row when nothing was delivered, and in no row otherwise.
select annex.*
from {{ ref('annex_3_wage_subsidies') }} as annex
cross join {{ ref('dim_parameters') }} as parameters
where
    parameters.are_claims_delivered <> (annex.claims is not null)
    or parameters.are_claims_delivered <> (annex.claimed_eur is not null)
