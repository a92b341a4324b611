with

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

final as (
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
        performance_year as year,
        nis_code,
        count(distinct client_id) as persons
    from claims
    group by performance_year, nis_code
)

select * from final
