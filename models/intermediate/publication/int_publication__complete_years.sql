with

years as (
    select distinct year
    from {{ ref('dim_reporting_years') }}
    where annex in (5, 6)
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

final as (
    select years.year
    from years
    inner join parameters on make_date(years.year, 12, 31) <= parameters.as_of
)

select * from final
