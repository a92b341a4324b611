-- No join on the way drops or doubles a record: each fact has exactly the records that exist and happened.
with

as_of as (
    select * from {{ ref('int_as_of') }}
),

counts as (
    select
        'fct_trajectories' as fact,
        (select count(*) from {{ ref('fct_trajectories') }}) as rows_found,
        count(*) as rows_expected
    from {{ ref('int_trajectories__existing') }} as records
    inner join as_of on records.start_date <= as_of.as_of
    union all
    select
        'fct_subsidy_lines' as fact,
        (select count(*) from {{ ref('fct_subsidy_lines') }}) as rows_found,
        count(*) as rows_expected
    from {{ ref('int_subsidies__accepted') }} as records
    inner join as_of on records.booked_on <= as_of.as_of
    union all
    select
        'fct_subsidy_claims' as fact,
        (select count(*) from {{ ref('fct_subsidy_claims') }}) as rows_found,
        count(*) as rows_expected
    from {{ ref('int_subsidy_claims__existing') }}
    union all
    select
        'fct_transmissions' as fact,
        (select count(*) from {{ ref('fct_transmissions') }}) as rows_found,
        count(*) as rows_expected
    from {{ ref('int_transmissions__existing') }} as records
    inner join as_of on records.transmission_date <= as_of.as_of
    union all
    select
        'fct_outflow' as fact,
        (select count(*) from {{ ref('fct_outflow') }}) as rows_found,
        count(*) as rows_expected
    from {{ ref('int_outflow__cohort') }}
)

select *
from counts
where rows_found <> rows_expected
