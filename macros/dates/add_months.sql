{#- The same day number `months` calendar months later, clamped to the last day of that month. -#}
{% macro add_months(day, months) -%}
    cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}
