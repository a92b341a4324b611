{{ config(materialized='table_function') }}
{%- do config.set('parameters', ['least_base']) %}
with

figures as (
    select * from {{ ref('figures') }}
),

names as (
    select * from {{ ref('dim_figures') }}
),

asked as (
    select * from {{ ref('sentence_figures') }}
),

named as (
    select
        asked.answer,
        asked.name,
        asked.sort_order,
        asked.share_of,
        names.kind,
        names.units_per_person,
        figures.*
    from asked
    inner join names
        on
            asked.annex = names.annex
            and asked.measure = names.measure
            and asked.dimension = names.dimension
            and asked.category = names.category
    inner join figures
        on
            asked.annex = figures.annex
            and asked.measure = figures.measure
            and asked.dimension = figures.dimension
            and asked.category = figures.category
),

-- The persons behind a figure: those that are counted, or, of an amount, those in the counts of the same answer.
sized as (
    select
        *,
        case kind
            when 'amount'
                then min(value / units_per_person) filter (where kind = 'count') over (
                    partition by answer, area_level, area_code, year
                )
            else abs(value)
        end as size
    from named
),

with_base as (
    select
        sized.*,
        whole.value as base_value,
        whole.size as base_size
    from sized
    left join sized as whole
        on
            sized.answer = whole.answer
            and sized.share_of = whole.name
            and sized.area_level = whole.area_level
            and sized.area_code = whole.area_code
            and sized.year = whole.year
),

compared as (
    select
        with_base.*,
        earlier.value as previous_value,
        earlier.size as previous_size,
        earlier.base_value as previous_base,
        earlier.base_size as previous_base_size
    from with_base
    left join with_base as earlier
        on
            with_base.answer = earlier.answer
            and with_base.name = earlier.name
            and with_base.area_level = earlier.area_level
            and with_base.area_code = earlier.area_code
            and with_base.year = earlier.year + 1
),

-- A percentage of few people says more than their number, which may be rounded.
final as (
    select
        answer,
        name,
        annex,
        measure,
        dimension,
        category,
        area_level,
        area_code,
        area,
        year,
        value,
        previous_value,
        case
            when
                previous_size >= least_base
                and (kind <> 'amount' or size >= least_base)
                and sign(value) * sign(previous_value) >= 0
                and kind <> 'average'
                then cast((value - previous_value) / nullif(previous_value, 0) as decimal(18, 6))
        end as change,
        share_of,
        base_value,
        case when base_size >= least_base then cast(value / nullif(base_value, 0) as decimal(18, 6)) end as share,
        case
            when previous_base_size >= least_base
                then cast(previous_value / nullif(previous_base, 0) as decimal(18, 6))
        end as previous_share,
        kind,
        units_per_person,
        sort_order
    from compared
)

select * from final
order by area_level, area_code, year, sort_order
