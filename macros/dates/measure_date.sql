{#- The day on which the outcome of a trajectory is measured. -#}
{% macro measure_date(end_date) -%}
    {{ add_months(end_date, 12) }}
{%- endmacro %}
