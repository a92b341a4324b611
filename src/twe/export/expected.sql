-- What the figures of an annex in `estimates` are still expected to change by.
with named as (
    select
        names.header_nl,
        estimates.*
    from estimates
    inner join marts.dim_figures as names
        on
            estimates.annex = names.annex
            and estimates.measure = names.measure
            and names.dimension = 'total'
)

select * exclude (annex, measure, area_level) from named
order by area_level = 'province', area, year
