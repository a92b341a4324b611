-- Views: what readers get can't differ from the values that were attacked. They are made when nothing else is
-- attached, so that they name no file. Mart figures has the columns and names of that of a warehouse.

create view publication.publication_figures as
select
    places.* exclude (cell_id),
    shown.published_value,
    shown.marker
from publication.places
inner join publication.publication_values as shown using (cell_id);

create view publication.publication_rows as
with

shown as (
    select
        'count' as kind,
        null as statistic,
        annex,
        measure,
        dimension,
        category,
        year,
        area_level,
        area_code,
        cast(published_value as decimal(18, 6)) as value,
        null as municipalities
    from publication.publication_figures
    union all
    select
        'amount' as kind,
        null as statistic,
        null as annex,
        'amount' as measure,
        basis as dimension,
        amount as category,
        year,
        area_level,
        area_code,
        cast(amount_eur as decimal(18, 6)) as value,
        municipalities
    from publication.publication_amounts
    union all
    select
        'average' as kind,
        statistic,
        annex,
        measure,
        dimension,
        category,
        year,
        area_level,
        area_code,
        cast(months as decimal(18, 6)) as value,
        null as municipalities
    from publication.publication_statistics
    unpivot (months for statistic in (mean_months, median_months))
),

areas as (
    select distinct
        area_level,
        area_code,
        area
    from marts.areas
)

select
    names.annex,
    names.measure,
    names.dimension,
    names.category,
    shown.area_level,
    shown.area_code,
    areas.area,
    shown.year,
    shown.value,
    shown.municipalities
from shown
inner join marts.dim_figures as names
    on
        shown.kind = names.kind
        and coalesce(shown.annex, names.annex) = names.annex
        and coalesce(shown.statistic, names.measure) = names.measure
        and shown.measure = names.published_measure
        and shown.dimension = names.published_dimension
        and shown.category = names.published_category
inner join areas
    on
        replace(shown.area_level, 'group', 'province') = areas.area_level
        and shown.area_code = areas.area_code;

create view marts.figures as
select * exclude (municipalities) from publication.publication_rows
where area_level <> 'group';
