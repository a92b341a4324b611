with

counts as (
    select * from {{ ref('int_publication__counts') }}
),

areas as (
    select * from {{ ref('int_publication__areas') }}
),

municipal_areas as (
    select * from areas
    where area_level = 'municipality'
),

municipal as (
    select
        counts.*,
        municipal_areas.area_id,
        municipal_areas.parent_area_id
    from counts
    inner join municipal_areas on counts.nis_code = municipal_areas.area_code
),

-- The keys stand once in the list of columns of each level, so that the levels can't differ in meaning.
provincial as (
    select
        * exclude (nis_code, true_value, persons, area_id, parent_area_id),
        parent_area_id as area_id,
        sum(true_value) as true_value,
        sum(persons) as persons
    from municipal
    where is_regional
    group by all
),

flemish as (
    select
        * exclude (true_value, persons, area_id),
        'flanders' as area_id,
        sum(true_value) as true_value,
        sum(persons) as persons
    from provincial
    group by all
),

levels as (
    select * exclude (nis_code, parent_area_id)
    from municipal
    where is_municipal
    union all by name
    select * from provincial
    union all by name
    select * from flemish
),

final as (
    select
        levels.annex,
        levels.content,
        levels.measure,
        levels.year,
        levels.dimension,
        levels.category,
        levels.area_id,
        areas.area_level,
        areas.area_code,
        areas.area_vintage,
        areas.parent_area_id,
        levels.cell_measure,
        levels.period,
        levels.cell_dimension,
        levels.cell_category,
        concat_ws(
            ':', levels.cell_measure, levels.period, levels.area_id, levels.cell_dimension, levels.cell_category
        ) as cell_id,
        cast(levels.true_value as bigint) as true_value,
        cast(levels.persons as bigint) as persons,
        levels.units_per_person
    from levels
    inner join areas on levels.area_id = areas.area_id
    -- Claims that nobody delivered are not counted: there is nothing to protect.
    where levels.true_value is not null
)

select * from final
