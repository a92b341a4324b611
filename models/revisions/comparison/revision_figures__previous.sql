{% if var('previous_database') is not none -%}
with

figures as (
    select *
    from {{ source('earlier_state', 'figures') }}
    qualify area_level = min(area_level) over (partition by annex, measure, dimension)
),

provinces as (
    select *
    from {{ source('earlier_state', 'areas') }}
    where area_level = 'province'
),

final as (
    select
        figures.*,
        provinces.area as province
    from figures
    inner join provinces on figures.area_code = provinces.nis_code
)

select * from final
{%- else -%}
select
    *,
    area as province
from {{ ref('figures') }}
where false
{%- endif %}
