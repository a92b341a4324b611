{{ config(materialized='table_function') }}
{%- do config.set('parameters', ['in_year', 'places']) %}
with

ranked as (
    select
        rank() over (order by started_trajectories desc) as place,
        area_code as nis_code,
        area as municipality,
        started_trajectories,
        started_per_1000
    from {{ ref('rates_per_1000').include(database=false) }}
    where
        year = in_year
        and area_level = 'municipality'
),

final as (
    select *
    from ranked
    where place <= places
)

select * from final
order by place, municipality
