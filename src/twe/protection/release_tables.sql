-- The tables of a release that are made from its `warehouse` and its published values.

create table publication.places as
select
    annex,
    measure,
    year,
    area_level,
    area_code,
    dimension,
    category,
    cell_id
from warehouse.publication.publication_places
where annex is not null;

create table publication.publication_statistics as
select averages.*
from exact_statistics as averages
inner join publication.places using (annex, measure, year, area_level, area_code, dimension, category)
inner join publication.publication_values as cells using (cell_id)
where cells.published_value >= getvariable('least_for_mean');

create table publication.publication_amounts as
from exact_amounts;

create table publication.publication_summary as
select
    figures.annex,
    count(*) as cells,
    -- In tens: of few counts an exact share would be a count.
    cast(10 * round(10 * avg(
        cast(cells.published_value is distinct from truth.true_value as integer)
    )) as integer) as percent_of_cells_changed,
    cast(10 * round(10 * avg(cast(cells.marker is not null as integer))) as integer) as percent_of_cells_hidden
from publication.places as figures
inner join publication.publication_values as cells using (cell_id)
inner join warehouse.publication.publication_cells as truth using (cell_id)
where figures.area_level = 'municipality'
group by figures.annex;
