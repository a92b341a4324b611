with

lines as (
    select *
    from {{ ref('fct_subsidy_lines') }}
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
        sum(amount_eur) filter (where amount_eur > 0) as gross_paid_eur,
        sum(amount_eur) filter (where amount_eur < 0) as recovered_eur,
        sum(amount_eur) as paid_eur
    from lines
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
