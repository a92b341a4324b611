with

changes as (
    select * from {{ ref('fct_figure_changes') }}
),

figures as (
    select * from {{ ref('figures') }}
    where dimension = 'total'
),

known as (
    select
        changes.annex,
        changes.measure,
        changes.area_code,
        changes.year,
        sum(changes.change) as known_value
    from changes
    inner join {{ ref('dim_parameters') }} as parameters on changes.known_on <= parameters.as_of
    group by changes.annex, changes.measure, changes.area_code, changes.year
)

select
    figures.annex,
    figures.area_code,
    figures.year,
    figures.value,
    known.known_value
from figures
left join known
    on
        figures.annex = known.annex
        and figures.measure = known.measure
        and figures.area_code = known.area_code
        and figures.year = known.year
where
    figures.area_level <> 'municipality'
    and (figures.annex, figures.measure) in ((1, 'trajectories'), (3, 'paid_eur'), (4, 'trajectories'))
    and figures.value <> coalesce(known.known_value, 0)
