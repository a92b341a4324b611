{#-
    The largest number of months m with add_months(from_day, m) <= to_day. Adding the number of month
    boundaries lands in the month of to_day, so the answer is that number or one less.
    Negative when to_day lies before from_day.
-#}
{% macro full_months(from_day, to_day) -%}
    {%- set boundaries = "date_diff('month', " ~ from_day ~ ", " ~ to_day ~ ")" -%}
    cast({{ boundaries }} - case when {{ add_months(from_day, boundaries) }} > {{ to_day }} then 1 else 0 end as integer)
{%- endmacro %}
