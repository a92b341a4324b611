-- Each cell of an annex mart is a figure, and every figure of a mart has a cell; totals and classes are sums of cells.
with

cells as (
    select
        1 as annex,
        'trajectories' as measure,
        'planned_duration_months' as dimension,
        cast(planned_duration_months as {{ dbt.type_string() }}) as category,
        year,
        nis_code,
        trajectories as value
    from {{ ref('annex_1_started_trajectories') }}
    union all
    select
        2 as annex,
        'trajectories' as measure,
        dimension,
        category,
        year,
        nis_code,
        trajectories as value
    from {{ ref('annex_2_profile') }}
    union all
    select
        3 as annex,
        measure,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        value
    from {{ ref('annex_3_wage_subsidies') }}
    unpivot include nulls (
        value for measure in (subsidised_months, clients, gross_paid_eur, recovered_eur, paid_eur, claims, claimed_eur)
    )
    union all
    select
        3 as annex,
        measure,
        'booking_year' as dimension,
        'total' as category,
        year,
        nis_code,
        value
    from {{ ref('annex_3_by_booking_year') }}
    unpivot (value for measure in (gross_paid_eur, recovered_eur, paid_eur))
    union all
    select
        4 as annex,
        'trajectories' as measure,
        ending as dimension,
        cast(duration_months as {{ dbt.type_string() }}) as category,
        year,
        nis_code,
        trajectories as value
    from {{ ref('annex_4_ended_trajectories') }}
    union all
    select
        5 as annex,
        measure,
        outcome_group as dimension,
        outcome as category,
        year,
        nis_code,
        value
    from {{ ref('annex_5_outflow') }}
    unpivot (value for measure in (trajectories, clients))
    union all
    select
        6 as annex,
        measure,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        value
    from {{ ref('annex_6_transmissions') }}
    unpivot (value for measure in (ended_trajectories, trajectories_with_transmission))
    union all
    select
        6 as annex,
        'transmissions' as measure,
        'decision' as dimension,
        decision as category,
        year,
        nis_code,
        transmissions as value
    from {{ ref('annex_6_decisions') }}
),

-- Both bounds belong to a class, the last one has no upper bound; a class that does not occur counts 0.
classified as (
    select
        cells.annex,
        cells.dimension as ending,
        classes.duration_class,
        cells.year,
        cells.nis_code,
        cells.value
    from cells
    inner join {{ ref('duration_classes') }} as classes
        on
            cast(cells.category as integer) >= classes.lower_bound
            and (classes.upper_bound is null or cast(cells.category as integer) <= classes.upper_bound)
    where cells.annex in (1, 4)
    union all
    select
        years.annex,
        endings.ending,
        classes.duration_class,
        years.year,
        municipalities.nis_code,
        0 as value
    from {{ ref('dim_reporting_years') }} as years
    cross join {{ ref('dim_municipalities') }} as municipalities
    cross join {{ ref('duration_classes') }} as classes
    cross join {{ ref('endings') }} as endings
    where years.annex in (1, 4)
),

-- The dimensions without a mart, and a dimension of each annex that adds up to its total.
divided as (
    select
        parts.annex,
        'trajectories' as measure,
        parts.dimension,
        case parts.dimension
            when 'total' then 'total'
            when 'ending' then classified.ending
            when 'ending_duration' then classified.ending || '/' || classified.duration_class
            else classified.duration_class
        end as category,
        classified.year,
        classified.nis_code,
        classified.value
    from classified
    inner join (
        values
        (1, 'planned_duration'), (1, 'total'),
        (4, 'duration'), (4, 'ending'), (4, 'ending_duration'), (4, 'total')
    ) as parts (annex, dimension) on classified.annex = parts.annex
    union all
    select
        cells.annex,
        cells.measure,
        parts.dimension,
        case parts.dimension when 'total' then 'total' else cells.dimension end as category,
        cells.year,
        cells.nis_code,
        cells.value
    from cells
    inner join (values (2, 'total'), (5, 'outcome_group'), (5, 'total'), (6, 'total')) as parts (annex, dimension)
        on cells.annex = parts.annex
    where
        (cells.annex = 2 and cells.dimension = 'age')
        or (cells.annex = 5 and cells.measure = 'trajectories' and cells.dimension <> 'competence_strengthening')
        or (cells.annex = 6 and cells.measure = 'transmissions')
),

totals as (
    select
        annex,
        measure,
        dimension,
        category,
        year,
        nis_code,
        sum(value) as value
    from divided
    group by annex, measure, dimension, category, year, nis_code
),

expected as (
    select * from cells
    union all
    select * from totals
),

found as (
    select
        figures.annex,
        figures.measure,
        figures.dimension,
        figures.category,
        figures.year,
        figures.area_code as nis_code,
        figures.value
    from {{ ref('figures') }} as figures
    inner join {{ ref('measures') }} as measures
        on
            figures.annex = measures.annex
            and figures.measure = measures.measure
            and figures.dimension = measures.dimension
    where
        figures.area_level = 'municipality'
        and figures.annex in (select expected.annex from expected)
        and measures.kind <> 'average'
)

select
    coalesce(expected.annex, found.annex) as annex,
    coalesce(expected.measure, found.measure) as measure,
    coalesce(expected.dimension, found.dimension) as dimension,
    coalesce(expected.category, found.category) as category,
    coalesce(expected.year, found.year) as year,
    coalesce(expected.nis_code, found.nis_code) as nis_code,
    expected.value as expected_value,
    found.value as found_value
from expected
full outer join found
    on
        expected.annex = found.annex
        and expected.measure = found.measure
        and expected.dimension = found.dimension
        and expected.category = found.category
        and expected.year = found.year
        and expected.nis_code = found.nis_code
where
    expected.value is distinct from found.value
    and not (expected.annex is null and found.value = 0)
