with

{% set names = extract_names() -%}

{% for name in names -%}
{{ name }}_rejected as (
    select * from {{ ref('int_' ~ name ~ '__faults') }}
    union all
    select * from {{ ref('int_' ~ name ~ '__repeats') }}
),

{{ name }}_delivered as (
    {{ rejected_rows_as_delivered('raw_' ~ name, name ~ '_rejected') }}
),

{% endfor -%}

final as (
    {%- for name in names %}
    {%- set columns = contract_columns('raw_' ~ name) | map(attribute='name') | list %}
    select
        'raw_{{ name }}' as extract,
        source_file,
        source_row,
        reasons,
        {{ columns_as_json(columns) }} as content
    from {{ name }}_delivered
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
