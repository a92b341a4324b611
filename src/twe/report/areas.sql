-- The areas of the page: Flanders, the provinces and the municipalities, each level by name, then per province what its
-- municipalities show together, under the name in `shared`. Municipalities of one name get their NIS code behind it.
with

provinces as (
    select distinct
        province_nis as code,
        province as name,
        is_unknown_residence as is_unknown
    from marts.dim_municipalities
),

counted as (
    select
        area_level,
        area_code,
        list(inhabitants order by year) as inhabitants,
        max_by(size_class_nl, year) as size_class_nl
    from marts.inhabitants
    group by area_level, area_code
),

areas as (
    select
        1 as place,
        'flanders' as shown_level,
        'vlaanderen' as code,
        'Vlaanderen' as name,
        null as province,
        null as longitude,
        null as latitude,
        false as is_unknown,
        inhabitants,
        null as size_class_nl,
        '' as sort_name
    from counted
    where area_level = 'region'
    union all
    select
        2 as place,
        'province' as shown_level,
        provinces.code,
        provinces.name,
        null as province,
        null as longitude,
        null as latitude,
        provinces.is_unknown,
        counted.inhabitants,
        null as size_class_nl,
        provinces.name as sort_name
    from provinces
    inner join counted on provinces.code = counted.area_code and counted.area_level = 'province'
    union all
    select
        3 as place,
        'municipality' as shown_level,
        areas.nis_code as code,
        if(
            count(*) over (partition by areas.municipality) > 1,
            format('{} ({})', areas.municipality, areas.nis_code),
            areas.municipality
        ) as name,
        areas.province,
        areas.longitude,
        areas.latitude,
        areas.is_unknown_residence as is_unknown,
        counted.inhabitants,
        counted.size_class_nl,
        areas.municipality as sort_name
    from marts.dim_municipalities as areas
    inner join counted on areas.nis_code = counted.area_code and counted.area_level = 'municipality'
    union all
    select
        4 as place,
        'group' as shown_level,
        provinces.code,
        shared.name,
        provinces.name as province,
        null as longitude,
        null as latitude,
        false as is_unknown,
        [] as inhabitants,
        null as size_class_nl,
        provinces.name as sort_name
    from provinces
    cross join shared
)

select
    shown_level,
    code,
    name,
    province,
    round(cast(longitude as double), 4) as longitude,
    round(cast(latitude as double), 4) as latitude,
    is_unknown,
    inhabitants,
    size_class_nl
from areas
order by place, sort_name, code
