-- A row per municipality, year and number that occurs on the `asked` sheet of an annex. The categories of its
-- labels, if any, are the dimensions of the figures.
select
    municipalities.nis_code,
    municipalities.municipality,
    municipalities.province,
    figures.year,
    labels.label_nl,
    cast(figures.category as integer) as number,
    cast(figures.value as bigint) as value
from marts.figures as figures
inner join asked using (annex)
inner join reference.measures using (annex, measure, dimension, sheet)
inner join marts.dim_municipalities as municipalities on figures.area_code = municipalities.nis_code
left join marts.dim_categories as labels on asked.labels_of = labels.dimension and figures.dimension = labels.category
where figures.area_level = 'municipality'
order by
    municipalities.province,
    municipalities.municipality,
    municipalities.nis_code,
    figures.year,
    labels.sort_order,
    number
