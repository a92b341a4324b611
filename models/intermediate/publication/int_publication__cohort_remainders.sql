-- A cohort whose measure dates are not all known is a part of the trajectories that ended in its year, when all of it
-- ended in one year.
{%- set years_later = cohort_years_later() or 0 %}
with

ended as (
    select *
    from {{ ref('int_publication__ended') }}
    where dimension = 'total'
),

measured as (
    select
        year,
        nis_code,
        any_value(true_value) as true_value
    from {{ ref('int_publication__measured') }}
    where dimension = 'total'
    group by year, nis_code
),

complete_years as (
    select * from {{ ref('int_publication__complete_years') }}
),

parts as (
    select
        ended.year,
        ended.nis_code,
        ended.true_value as ended,
        measured.true_value as measured
    from ended
    inner join measured
        on
            ended.year + {{ years_later }} = measured.year
            and ended.nis_code = measured.nis_code
    anti join complete_years on measured.year = complete_years.year
    where {{ (years_later > 0) | lower }}
),

final as (
    select
        cast(null as integer) as annex,
        'trajectories' as content,
        'measurement' as dimension,
        'measured' as category,
        year,
        nis_code,
        measured as true_value
    from parts
    union all
    select
        null as annex,
        'trajectories' as content,
        'measurement' as dimension,
        'later' as category,
        year,
        nis_code,
        ended - measured as true_value
    from parts
)

select * from final
