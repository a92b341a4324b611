with recursive

annexes as (
    select * from {{ ref('annexes') }}
),

overrides as (
    {%- for annex, years in (var('reporting_years') or {}).items() %}
    select
        {{ annex }} as annex,
        {{ years[0] }} as first_year,
        {{ years[1] }} as last_year
    union all
    {%- endfor %}
    select
        annex,
        first_year,
        last_year
    from annexes
    where false
),

ranges as (
    select
        annexes.annex,
        coalesce(overrides.first_year, annexes.first_year) as first_year,
        coalesce(overrides.last_year, annexes.last_year) as last_year
    from annexes
    left join overrides on annexes.annex = overrides.annex
),

final as (
    select
        annex,
        first_year as year,
        last_year
    from ranges
    union all
    select
        annex,
        year + 1 as year,
        last_year
    from final
    where year < last_year
)

select
    annex,
    year
from final
