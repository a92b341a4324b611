select
    nis_code,
    municipality,
    province_nis,
    province,
    longitude,
    latitude,
    is_unknown_residence,
    count(*) over (partition by municipality) > 1 as is_ambiguous
from marts.dim_municipalities
order by municipality, nis_code
