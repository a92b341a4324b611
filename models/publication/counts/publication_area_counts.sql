with

counts as (
    select * from {{ ref('publication_counts') }}
),

areas as (
    select * from {{ ref('publication_areas') }}
),

municipal as (
    select
        counts.*,
        areas.area_id,
        areas.parent_area_id
    from counts
    inner join areas
        on
            counts.nis_code = areas.area_code
            and areas.area_level = 'municipality'
    -- Claims that nobody delivered are not counted: there is nothing to protect.
    where counts.true_value is not null
),

-- The keys of a count are in the list of columns of each level once, so that the levels can't differ in meaning.
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
)

select * from final
