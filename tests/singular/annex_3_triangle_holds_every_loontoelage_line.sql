-- The triangle adds up to the valid visible loontoelage lines of every performance year, and so to annex 3 in its
-- reporting years.
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
        year(staged.performance_month) as year,
        count(*) as lines,
        sum(staged.amount_eur) as paid_eur
    from {{ ref('stg_subsidies') }} as staged
    inner join as_of on staged.booked_on <= as_of.as_of
    inner join files on staged.file_id = files.file_id
    anti join quarantine on files.source_file = quarantine.source_file and staged.source_row = quarantine.source_row
    where staged.stream = 'loontoelage'
    group by year(staged.performance_month)
),

triangle as (
    select
        performance_year as year,
        sum(lines) as lines,
        sum(net_eur) as net_eur,
        arg_max(cumulative_net_eur, years_until_booking) as latest_net_eur
    from {{ ref('annex_3_correction_triangle') }}
    group by performance_year
),

annex_3 as (
    select
        year,
        sum(paid_eur) as paid_eur
    from {{ ref('annex_3_wage_subsidies') }}
    group by year
)

select
    coalesce(ledger.year, triangle.year) as year,
    ledger.lines,
    ledger.paid_eur,
    triangle.lines as triangle_lines,
    triangle.net_eur,
    triangle.latest_net_eur,
    annex_3.paid_eur as annex_3_eur
from ledger
full outer join triangle on ledger.year = triangle.year
left join annex_3 on triangle.year = annex_3.year
where
    ledger.lines is distinct from triangle.lines
    or ledger.paid_eur is distinct from triangle.net_eur
    or ledger.paid_eur is distinct from triangle.latest_net_eur
    or triangle.net_eur <> annex_3.paid_eur
