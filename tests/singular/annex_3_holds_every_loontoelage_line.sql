-- Both marts of annex 3 add up to the accepted visible loontoelage lines of their reporting years: nothing is lost on
-- the way from the staged ledger, whatever the municipality.
with

as_of as (
    select * from {{ ref('int_as_of') }}
),

quarantine as (
    select
        files.file_id,
        quarantine.source_row
    from {{ ref('quarantine') }} as quarantine
    inner join {{ ref('stg_delivered_files') }} as files
        on
            quarantine.extract = files.extract
            and quarantine.source_file = files.source_file
    where quarantine.extract = 'raw_subsidies'
),

ledger as (
    select
        year(staged.performance_month) as performance_year,
        year(staged.booked_on) as booking_year,
        staged.amount_eur
    from {{ ref('stg_subsidies') }} as staged
    inner join as_of on staged.booked_on <= as_of.as_of
    anti join quarantine on staged.file_id = quarantine.file_id and staged.source_row = quarantine.source_row
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
