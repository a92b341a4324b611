{{ config(materialized='table_function') }}
with

places as (
    select distinct
        measure,
        year,
        dimension,
        category,
        adds_up_to,
        area_id,
        cell_id
    from {{ ref('publication_places') }}
),

cells as (
    select * from {{ ref('publication_cells') }}
),

areas as (
    select * from {{ ref('publication_areas') }}
),

-- A category of two parts adds up to the category of each: it names both.
parts as (
    select
        measure,
        year,
        area_id,
        cell_id,
        dimension,
        category,
        unnest(string_split(adds_up_to, '/')) as parent_dimension,
        generate_subscripts(string_split(adds_up_to, '/'), 1) as parent_part
    from places
    where adds_up_to is not null
),

category_terms as (
    select
        parts.cell_id,
        parts.dimension,
        parents.cell_id as total_id
    from parts
    inner join places as parents
        on
            parts.measure = parents.measure
            and parts.year = parents.year
            and parts.area_id = parents.area_id
            and parts.parent_dimension = parents.dimension
            and parents.category = case
                when parts.parent_dimension = 'total' then 'total'
                else split_part(parts.category, '/', parts.parent_part)
            end
),

area_terms as (
    select
        cells.cell_id,
        cells.area_level,
        parents.cell_id as total_id
    from cells
    inner join areas on cells.area_id = areas.area_id
    inner join cells as parents
        on
            concat_ws(':', cells.measure, cells.period, areas.parent_area_id, cells.dimension, cells.category)
            = parents.cell_id
),

sums as (
    select
        'categories:' || total_id || ':' || dimension as equation_id,
        'categories' as kind,
        cell_id,
        total_id
    from category_terms
    union all
    select
        case area_level when 'municipality' then 'municipalities:' else 'provinces:' end || total_id as equation_id,
        case area_level when 'municipality' then 'municipalities' else 'provinces' end as kind,
        cell_id,
        total_id
    from area_terms
),

limits as (
    select
        'transmissions:' || smaller.cell_id as equation_id,
        'transmissions' as kind,
        smaller.cell_id as smaller_id,
        1 as smaller_coefficient,
        larger.cell_id as larger_id,
        -1 as larger_coefficient
    from places as smaller
    inner join places as larger
        on
            smaller.year = larger.year
            and smaller.area_id = larger.area_id
    where
        smaller.measure = 'measured_trajectories'
        and smaller.dimension = 'transmission'
        and smaller.category = 'yes'
        and larger.measure = 'transmissions'
        and larger.dimension = 'total'
    union all
    select
        'months_per_person:' || clients.cell_id || bounds.suffix as equation_id,
        'months_per_person' as kind,
        clients.cell_id as smaller_id,
        if(bounds.coefficient = 1, 1, bounds.coefficient * len(areas.member_codes)) as smaller_coefficient,
        months.cell_id as larger_id,
        bounds.months_coefficient as larger_coefficient
    from places as clients
    inner join places as months
        on
            clients.year = months.year
            and clients.area_id = months.area_id
    inner join areas on clients.area_id = areas.area_id
    -- A person with a subsidised month has 1 to 12 of them in a year at each OCMW; by residence any OCMW may pay.
    cross join (
        values (':at_least', 1, -1){{ '' if var('municipality_of') == 'residence' else ", (':at_most', -12, 1)" }}
    ) as bounds (suffix, coefficient, months_coefficient)
    where
        clients.measure = 'clients'
        and months.measure = 'subsidised_months'
),

final as (
    select
        equation_id,
        cell_id,
        1 as coefficient,
        kind,
        '=' as relation
    from sums
    union all
    select distinct
        equation_id,
        total_id as cell_id,
        -1 as coefficient,
        kind,
        '=' as relation
    from sums
    union all
    select
        equation_id,
        smaller_id as cell_id,
        smaller_coefficient as coefficient,
        kind,
        '<=' as relation
    from limits
    union all
    select
        equation_id,
        larger_id as cell_id,
        larger_coefficient as coefficient,
        kind,
        '<=' as relation
    from limits
)

select * from final
