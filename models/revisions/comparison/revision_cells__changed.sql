with

-- Figures that are cells of a mart; the other figures are sums of these.
measures as (
    select *
    from {{ ref('measures') }}
    where mart is not null
),

-- The cells of most annexes are municipalities, of some provinces: by the alphabet the finest level comes first.
-- Without an earlier state there is nothing to compare with.
figures as (
    select figures.*
    from {{ ref('figures') }} as figures
    cross join {{ ref('dim_previous_state') }}
    qualify figures.area_level = min(figures.area_level) over (
        partition by figures.annex, figures.measure, figures.dimension
    )
),

previous_figures as (
    select * from {{ ref('revision_figures__previous') }}
),

provinces as (
    select *
    from {{ ref('areas') }}
    where area_level = 'province'
),

-- A missing row means 0, unless the figure was not delivered.
unavailable as (
    select distinct
        annex,
        measure,
        dimension
    from figures
    where value is null
),

unavailable_before as (
    select distinct
        annex,
        measure,
        dimension
    from previous_figures
    where value is null
),

compared as (
    select
        coalesce(figures.annex, previous_figures.annex) as annex,
        coalesce(figures.measure, previous_figures.measure) as measure,
        coalesce(figures.dimension, previous_figures.dimension) as dimension,
        coalesce(figures.category, previous_figures.category) as category,
        coalesce(figures.year, previous_figures.year) as year,
        coalesce(figures.area_code, previous_figures.area_code) as nis_code,
        coalesce(figures.area, previous_figures.area) as municipality,
        coalesce(provinces.area, previous_figures.province) as province,
        case
            when previous_figures.annex is not null then cast(previous_figures.value as decimal(18, 2))
            when unavailable_before.annex is null then 0
        end as old_value,
        case
            when figures.annex is not null then cast(figures.value as decimal(18, 2))
            when unavailable.annex is null then 0
        end as new_value
    from figures
    full outer join previous_figures
        on
            figures.annex = previous_figures.annex
            and figures.measure = previous_figures.measure
            and figures.dimension = previous_figures.dimension
            and figures.category = previous_figures.category
            and figures.area_code = previous_figures.area_code
            and figures.year = previous_figures.year
    left join unavailable
        on
            previous_figures.annex = unavailable.annex
            and previous_figures.measure = unavailable.measure
            and previous_figures.dimension = unavailable.dimension
    left join unavailable_before
        on
            figures.annex = unavailable_before.annex
            and figures.measure = unavailable_before.measure
            and figures.dimension = unavailable_before.dimension
    left join provinces on figures.area_code = provinces.nis_code
),

final as (
    select
        measures.annex,
        measures.mart,
        compared.year,
        compared.nis_code,
        compared.municipality,
        compared.province,
        case when compared.category = 'total' then 'all' else compared.dimension end as dimension,
        case when compared.category = 'total' then 'all' else compared.category end as category,
        compared.measure,
        compared.old_value,
        compared.new_value
    from compared
    inner join measures
        on
            compared.annex = measures.annex
            and compared.measure = measures.measure
            and compared.dimension = measures.dimension
    where compared.old_value is distinct from compared.new_value
)

select * from final
