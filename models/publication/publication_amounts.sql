with

worked as (
    select * from {{ ref('annex_3_wage_subsidies') }}
),

booked as (
    select * from {{ ref('annex_3_by_booking_year') }}
),

client_years as (
    select *
    from {{ ref('fct_subsidy_client_years') }}
    where stream = 'loontoelage'
),

booked_years as (
    select *
    from {{ ref('fct_subsidy_booked_years') }}
    where stream = 'loontoelage'
),

claims as (
    select *
    from {{ ref('fct_subsidy_claims') }}
    where stream = 'loontoelage'
),

areas as (
    select * from {{ ref('publication_areas') }}
),

amounts as (
    select
        'worked' as basis,
        year,
        nis_code,
        amount,
        amount_eur
    from worked
    unpivot (amount_eur for amount in (gross_paid_eur, recovered_eur, paid_eur))
    union all
    select
        'booked' as basis,
        year,
        nis_code,
        amount,
        amount_eur
    from booked
    unpivot (amount_eur for amount in (gross_paid_eur, recovered_eur, paid_eur))
    union all
    select
        'claimed' as basis,
        year,
        nis_code,
        'claimed_eur' as amount,
        claimed_eur as amount_eur
    from worked
    where claimed_eur is not null
),

persons as (
    select
        'worked' as basis,
        performance_year as year,
        nis_code,
        count(distinct client_id) as persons
    from client_years
    group by performance_year, nis_code
    union all
    select
        'booked' as basis,
        booking_year as year,
        nis_code,
        count(distinct client_id) as persons
    from booked_years
    group by booking_year, nis_code
    union all
    select
        'claimed' as basis,
        cast(year(performance_month) as integer) as year,
        nis_code,
        count(distinct client_id) as persons
    from claims
    group by year(performance_month), nis_code
),

municipal as (
    select
        amounts.basis,
        amounts.amount,
        amounts.year,
        areas.area_id,
        areas.area_level,
        areas.area_code,
        areas.parent_area_id,
        amounts.amount_eur,
        coalesce(persons.persons, 0) as persons
    from amounts
    inner join areas
        on
            amounts.nis_code = areas.area_code
            and areas.area_level = 'municipality'
    left join persons
        on
            amounts.basis = persons.basis
            and amounts.year = persons.year
            and amounts.nis_code = persons.nis_code
),

provincial as (
    select
        basis,
        amount,
        year,
        parent_area_id as area_id,
        sum(amount_eur) as amount_eur,
        sum(persons) as persons
    from municipal
    group by basis, amount, year, parent_area_id
),

regional as (
    select * from provincial
    union all
    select
        basis,
        amount,
        year,
        'flanders' as area_id,
        sum(amount_eur) as amount_eur,
        sum(persons) as persons
    from provincial
    group by basis, amount, year
),

final as (
    select
        basis,
        amount,
        year,
        area_level,
        area_code,
        area_id,
        parent_area_id,
        cast(amount_eur as decimal(18, 2)) as amount_eur,
        cast(persons as bigint) as persons
    from municipal
    union all
    select
        regional.basis,
        regional.amount,
        regional.year,
        areas.area_level,
        areas.area_code,
        areas.area_id,
        areas.parent_area_id,
        cast(regional.amount_eur as decimal(18, 2)) as amount_eur,
        cast(regional.persons as bigint) as persons
    from regional
    inner join areas on regional.area_id = areas.area_id
)

select * from final
