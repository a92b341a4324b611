-- Staging has every row of the bundled seeds: the balance counts from staging on and would not miss one.
with

counts as (
    {%- for name in ['trajectories', 'subsidies', 'outflow', 'transmissions'] %}
    select
        'raw_{{ name }}' as extract,
        (select count(*) from {{ ref('raw_' ~ name) }}) as rows_delivered,
        (select count(*) from {{ ref('stg_' ~ name) }}) as rows_landed
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select *
from counts
where rows_delivered <> rows_landed
