-- Every code leads to a municipality that is valid on geography_date or newer: totals hold for every geography.
select
    reported.ocmw_nis,
    reported.nis_code,
    municipalities.valid_to
from {{ ref('int_municipalities__reported') }} as reported
inner join {{ ref('municipalities') }} as municipalities on reported.nis_code = municipalities.nis_code
where coalesce(municipalities.valid_to, date '{{ var('geography_date') }}') < date '{{ var('geography_date') }}'
