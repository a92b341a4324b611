with

measures as (
    select * from {{ ref('measures') }}
),

areas as (
    select * from {{ ref('areas') }}
),

-- The clients behind an amount, by the year that it is given by.
clients as (
    select
        'worked' as basis,
        performance_year as year,
        nis_code,
        client_id,
        stream
    from {{ ref('fct_subsidy_client_years') }}
    union all
    select
        'booked' as basis,
        booking_year as year,
        nis_code,
        client_id,
        stream
    from {{ ref('fct_subsidy_booked_years') }}
    union all
    select
        'claimed' as basis,
        performance_year as year,
        nis_code,
        client_id,
        stream
    from {{ ref('fct_subsidy_claims') }}
),

persons as (
    select
        basis,
        year,
        nis_code,
        count(distinct client_id) as persons
    from clients
    where stream = 'loontoelage'
    group by basis, year, nis_code
),

municipal as (
    select
        figures.*,
        measures.is_additive,
        case
            when measures.kind = 'amount' and figures.value is not null then coalesce(persons.persons, 0)
        end as persons
    from {{ ref('figures__municipal') }} as figures
    inner join measures
        on
            figures.annex = measures.annex
            and figures.measure = measures.measure
            and figures.dimension = measures.dimension
    left join persons
        on
            measures.published_dimension = persons.basis
            and figures.year = persons.year
            and figures.nis_code = persons.nis_code
),

-- A client may stand in several municipalities: what does not add up is known of municipalities only.
located as (
    select
        municipal.annex,
        municipal.measure,
        municipal.dimension,
        municipal.category,
        areas.area_level,
        areas.area_code,
        areas.area,
        municipal.year,
        cast(sum(municipal.value) as decimal(18, 6)) as value,
        sum(municipal.persons) as persons
    from municipal
    inner join areas on municipal.nis_code = areas.nis_code
    where
        municipal.is_additive
        or areas.area_level = 'municipality'
    group by
        municipal.annex,
        municipal.measure,
        municipal.dimension,
        municipal.category,
        areas.area_level,
        areas.area_code,
        areas.area,
        municipal.year
    union all
    select
        *,
        null as persons
    from {{ ref('figures__durations') }}
),

final as (
    select
        located.annex,
        located.measure,
        located.dimension,
        located.category,
        located.area_level,
        located.area_code,
        located.area,
        located.year,
        located.value,
        measures.unit,
        cast(located.persons as bigint) as persons
    from located
    inner join measures
        on
            located.annex = measures.annex
            and located.measure = measures.measure
            and located.dimension = measures.dimension
)

select * from final
