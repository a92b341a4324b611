with

{% set names = var('raw_extracts') | map('replace', 'raw_', '') | list -%}

final as (
    {%- for name in names %}
    select
        'raw_{{ name }}' as extract,
        (select count(*) from {{ ref('stg_' ~ name) }}) as delivered,
        (select count(*) from ({{ valid_rows(name) }}) as valid_{{ name }}) as accepted,
        (select count(*) from {{ ref('int_' ~ name ~ '__rejected') }}) as quarantined
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
