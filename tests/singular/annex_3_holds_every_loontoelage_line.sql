-- Both marts of annex 3 add up to the accepted visible loontoelage lines of their reporting years: nothing is lost on
-- the way from the staged ledger, whatever the municipality.
with

as_of as (
    select * from {{ ref('int_as_of') }}
),

files as (
    select * from {{ ref('stg_delivered_files') }}
),

quarantine as (
    select *
    from {{ ref('quarantine') }}
    where extract = 'raw_subsidies'
),

ledger as (
    select
        year(staged.performance_month) as performance_year,
        year(staged.booked_on) as booking_year,
        staged.amount_eur
    from {{ ref('stg_subsidies') }} as staged
    inner join as_of on staged.booked_on <= as_of.as_of
    inner join files on staged.file_id = files.file_id
    anti join quarantine on files.source_file = quarantine.source_file and staged.source_row = quarantine.source_row
    where staged.stream = 'loontoelage'
),

expected as (
    select
        'performance' as basis,
        performance_year as year,
        sum(amount_eur) as paid_eur
    from ledger
    group by performance_year
    union all
    select
        'booking' as basis,
        booking_year as year,
        sum(amount_eur) as paid_eur
    from ledger
    group by booking_year
),

reported as (
    select
        'performance' as basis,
        year,
        sum(paid_eur) as paid_eur
    from {{ ref('annex_3_wage_subsidies') }}
    group by year
    union all
    select
        'booking' as basis,
        year,
        sum(paid_eur) as paid_eur
    from {{ ref('annex_3_by_booking_year') }}
    group by year
)

select
    reported.*,
    expected.paid_eur as expected_eur
from reported
left join expected
    on
        reported.basis = expected.basis
        and reported.year = expected.year
where reported.paid_eur <> coalesce(expected.paid_eur, 0)
