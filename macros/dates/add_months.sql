{#- The same day number `months` calendar months later, clamped to the last day of that month. -#}
{% macro add_months(day, months) -%}
    {{ adapter.dispatch('add_months', 'twe_ocmw')(day, months) }}
{%- endmacro %}


{% macro duckdb__add_months(day, months) -%}
    cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}


{% macro spark__add_months(day, months) -%}
    add_months({{ day }}, cast({{ months }} as integer))
{%- endmacro %}
