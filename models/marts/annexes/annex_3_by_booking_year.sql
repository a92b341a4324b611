with

booked_years as (
    select *
    from {{ ref('fct_subsidy_booked_years') }}
    where stream = 'loontoelage'
),

years as (
    select *
    from {{ ref('dim_reporting_years') }}
    where annex = 3
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

booked as (
    select
        booking_year as year,
        nis_code,
        sum(gross_eur) as gross_paid_eur,
        sum(recovered_eur) as recovered_eur,
        sum(net_eur) as paid_eur
    from booked_years
    group by booking_year, nis_code
),

final as (
    select
        years.year,
        municipalities.nis_code,
        municipalities.municipality,
        municipalities.province,
        cast(coalesce(booked.gross_paid_eur, 0) as decimal(18, 2)) as gross_paid_eur,
        cast(coalesce(booked.recovered_eur, 0) as decimal(18, 2)) as recovered_eur,
        cast(coalesce(booked.paid_eur, 0) as decimal(18, 2)) as paid_eur
    from years
    cross join municipalities
    left join booked
        on
            years.year = booked.year
            and municipalities.nis_code = booked.nis_code
)

select * from final
