-- The first columns of a sheet, by the kind of place that is listed, and the place to order by.
select
    'municipalities' as listed,
    nis_code as code,
    municipality as name,
    province as place,
    'municipality' as area_level
from marts.dim_municipalities
union all
select
    'flanders' as listed,
    '02000' as code,
    'Vlaanderen' as name,
    'Alle provincies' as place,
    'region' as area_level
union all
select distinct
    'totals' as listed,
    area_code as code,
    if(area_level = 'region', 'Vlaanderen', 'Provincie') as name,
    area as place,
    area_level
from marts.areas
where area_level <> 'municipality'
