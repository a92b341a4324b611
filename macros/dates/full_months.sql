{#-
    The largest number of months m with add_months(from_day, m) <= to_day. Adding the number of month
    boundaries lands in the month of to_day, so the answer is that number or one less.
    Negative when to_day lies before from_day.
-#}
{% macro full_months(from_day, to_day) -%}
    {%- set boundaries = month_boundaries(from_day, to_day) | trim -%}
    cast({{ boundaries }} - case when {{ add_months(from_day, boundaries) }} > {{ to_day }} then 1 else 0 end as integer)
{%- endmacro %}


{#- How often a new month begins after from_day, up to to_day. -#}
{% macro month_boundaries(from_day, to_day) -%}
    {{ adapter.dispatch('month_boundaries', 'twe_ocmw')(from_day, to_day) }}
{%- endmacro %}


{% macro duckdb__month_boundaries(from_day, to_day) -%}
    date_diff('month', {{ from_day }}, {{ to_day }})
{%- endmacro %}


{#- Spark's date_diff counts whole months. -#}
{% macro spark__month_boundaries(from_day, to_day) -%}
    ((year({{ to_day }}) - year({{ from_day }})) * 12 + month({{ to_day }}) - month({{ from_day }}))
{%- endmacro %}
