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


{#-
    The largest number of months m with add_months(from_day, m) <= to_day; negative when to_day lies before from_day.
    Adding the number of month boundaries lands in the month of to_day, so the answer is that number or one less.
-#}
{% macro full_months(from_day, to_day) -%}
    {%- set boundaries = '((year(' ~ to_day ~ ') - year(' ~ from_day ~ ')) * 12 + month(' ~ to_day ~ ') - month(' ~ from_day ~ '))' -%}
    cast({{ boundaries }} - case when {{ add_months(from_day, boundaries) }} > {{ to_day }} then 1 else 0 end as integer)
{%- endmacro %}


{#-
    Whether a day lies on or before another one; false when either is empty. Not a bare comparison: DuckDB estimates that one
    row in some hundreds passes it, and then builds the hash tables of the joins that follow on the large side.
-#}
{% macro is_on_or_before(day, last_day) -%}
    coalesce({{ day }} <= {{ last_day }}, false)
{%- endmacro %}
