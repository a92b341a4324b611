-- The marts of annex 3 add up to the valid visible loontoelage lines: nothing is lost on the way from the staged ledger,
-- whatever the municipality. The triangle has every year, the others their reporting years.
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
        count(*) as lines,
        sum(staged.amount_eur) as paid_eur
    from {{ ref('stg_subsidies') }} as staged
    inner join as_of on staged.booked_on <= as_of.as_of
    inner join files on staged.file_id = files.file_id
    anti join quarantine on files.source_file = quarantine.source_file and staged.source_row = quarantine.source_row
    where staged.stream = 'loontoelage'
    group by year(staged.performance_month), year(staged.booked_on)
),

expected as (
    select
        'worked' as basis,
        performance_year as year,
        sum(lines) as lines,
        sum(paid_eur) as paid_eur
    from ledger
    group by performance_year
    union all
    select
        'booked' as basis,
        booking_year as year,
        sum(lines) as lines,
        sum(paid_eur) as paid_eur
    from ledger
    group by booking_year
),

triangle as (
    select
        'worked' as basis,
        performance_year as year,
        sum(lines) as lines,
        sum(net_eur) as paid_eur,
        arg_max(cumulative_net_eur, years_until_booking) as cumulative_eur
    from {{ ref('annex_3_correction_triangle') }}
    group by performance_year
),

reported as (
    select
        'worked' as basis,
        year,
        sum(paid_eur) as paid_eur
    from {{ ref('annex_3_wage_subsidies') }}
    group by year
    union all
    select
        'booked' as basis,
        year,
        sum(paid_eur) as paid_eur
    from {{ ref('annex_3_by_booking_year') }}
    group by year
)

select
    coalesce(expected.basis, reported.basis, triangle.basis) as basis,
    coalesce(expected.year, reported.year, triangle.year) as year,
    expected.lines,
    triangle.lines as triangle_lines,
    expected.paid_eur,
    reported.paid_eur as reported_eur,
    triangle.paid_eur as triangle_eur,
    triangle.cumulative_eur as triangle_cumulative_eur
from expected
full outer join triangle
    on
        expected.basis = triangle.basis
        and expected.year = triangle.year
full outer join reported
    on
        coalesce(expected.basis, triangle.basis) = reported.basis
        and coalesce(expected.year, triangle.year) = reported.year
where
    reported.paid_eur <> coalesce(expected.paid_eur, 0)
    or (
        coalesce(expected.basis, triangle.basis) = 'worked'
        and (
            expected.lines is distinct from triangle.lines
            or expected.paid_eur is distinct from triangle.paid_eur
            or expected.paid_eur is distinct from triangle.cumulative_eur
        )
    )
