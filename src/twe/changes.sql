-- Every figure of the file in use that differs from the first of the earlier files, in the years that both have, by its
-- label. The views `earlier_figures` and `states` have the files from 0, the newest last. An exact number of months has
-- no name: it is that of its ending or measure, and the unit of a mean.
with

both_years as (
    select distinct
        annex,
        year
    from marts.figures
    intersect
    select distinct
        annex,
        year
    from earlier_figures
    where state = 0
),

first_answer as (
    from earlier_figures
    where state = 0
),

compared as (
    select
        annex,
        measure,
        dimension,
        category,
        area_level,
        area_code,
        year,
        coalesce(figures.area, first_answer.area) as area,
        first_answer.value as old_value,
        figures.value as new_value
    from marts.figures as figures
    full join first_answer using (annex, measure, dimension, category, area_level, area_code, year)
    where first_answer.value is distinct from figures.value
),

-- The new value came after the last file with another one.
since as (
    select
        compared.annex,
        compared.measure,
        compared.dimension,
        compared.category,
        compared.area_level,
        compared.area_code,
        compared.year,
        max(states.state) + 1 as state
    from compared
    cross join states
    left join earlier_figures as earlier
        using (state, annex, measure, dimension, category, area_level, area_code, year)
    where
        states.state < (select max(newest.state) from states as newest)
        and earlier.value is distinct from compared.new_value
    group by all
),

names as (
    select
        annex,
        measure,
        dimension,
        category,
        coalesce(header_nl, label_nl) as figure,
        label_nl,
        measure_label_nl,
        unit_nl,
        sort_order
    from marts.dim_figures
)

select
    annex,
    case
        when names.figure is not null then names.figure
        when category ~ '\d+'
            then concat_ws(
                ': ',
                coalesce(endings.label_nl, whole.measure_label_nl),
                concat_ws(' ', category, means.unit_nl)
            )
        else concat_ws(' ', measure, dimension, category)
    end as figure,
    measure,
    dimension,
    category,
    area_level,
    area_code,
    compared.area,
    year,
    coalesce(names.unit_nl, whole.unit_nl, '') as unit,
    compared.old_value,
    compared.new_value,
    states.as_of as since
from compared
inner join since using (annex, measure, dimension, category, area_level, area_code, year)
inner join states using (state)
inner join both_years using (annex, year)
left join names using (annex, measure, dimension, category)
left join names as whole
    on compared.annex = whole.annex and compared.measure = whole.measure and whole.dimension = 'total'
left join names as endings
    on
        compared.annex = endings.annex
        and compared.measure = endings.measure
        and endings.dimension = 'ending'
        and compared.dimension = endings.category
left join names as means
    on compared.annex = means.annex and means.measure = 'mean_months' and means.dimension = 'total'
order by
    annex,
    case area_level when 'region' then 1 when 'province' then 2 else 3 end,
    compared.area,
    area_code,
    year,
    names.sort_order,
    measure,
    dimension,
    category
