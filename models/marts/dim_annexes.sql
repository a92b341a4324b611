with

annexes as (
    select * from {{ ref('annexes') }}
),

years as (
    select
        annex,
        min(year) as first_year,
        max(year) as last_year
    from {{ ref('dim_reporting_years') }}
    group by annex
),

final as (
    select
        annexes.annex,
        years.first_year,
        years.last_year,
        annexes.title_nl,
        annexes.question_nl,
        annexes.answer_nl,
        annexes.limits_nl
    from annexes
    inner join years on annexes.annex = years.annex
)

select * from final
