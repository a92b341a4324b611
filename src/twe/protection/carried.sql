-- What a release carries over from its `warehouse`. Of the first tables the other columns are exact, about persons, or
-- name folders.
create schema marts;
create schema quality;
create schema reference;

create table quality.quality_counts as
select
    code_list,
    extract,
    code,
    -- A threshold above the first class makes that wider.
    case
        when
            counted < getvariable('threshold')
            and getvariable('threshold') > (
                select min(classes.upper_bound) + 1 from warehouse.reference.count_classes as classes
            )
            then 'minder dan ' || getvariable('threshold')
        else class_nl
    end as class_nl
from warehouse.quality.quality_counts;

create table quality.node_results as
select
    node,
    resource_type,
    status,
    finished_at,
    invocation_id
from warehouse.quality.node_results;

-- The rows of smaller areas are about too few persons.
create table marts.expected_changes as
select * exclude (known_value, expected_change, lowest_change, highest_change, actual_change)
from warehouse.marts.expected_changes
where is_shown and area_level = 'region';

-- Of these everything, so that a public edition needs no other file.
create table marts.dim_parameters as from warehouse.marts.dim_parameters;
create table marts.dim_annexes as from warehouse.marts.dim_annexes;
create table marts.dim_reporting_years as from warehouse.marts.dim_reporting_years;
create table marts.dim_municipalities as from warehouse.marts.dim_municipalities;
create table marts.areas as from warehouse.marts.areas;
create table marts.inhabitants as from warehouse.marts.inhabitants;
create table marts.dim_figures as from warehouse.marts.dim_figures;
create table reference.sheets as from warehouse.reference.sheets;
create table reference.charts as from warehouse.reference.charts;
create table reference.sentences as from warehouse.reference.sentences;
create table reference.sentence_figures as from warehouse.reference.sentence_figures;
create table reference.quality_codes as from warehouse.reference.quality_codes;
