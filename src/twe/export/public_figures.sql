-- The given `figures` with the name of their area; a group of municipalities has that of its province.
with areas as (
    select distinct
        area_level,
        area_code,
        area
    from marts.areas
)

select
    figures.*,
    areas.area
from figures
inner join areas
    on
        replace(figures.area_level, 'group', 'province') = areas.area_level
        and figures.area_code = areas.area_code
