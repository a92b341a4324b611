{#-
    Whether a day has come on the as-of date: on it or before it. Not a bare comparison, of which DuckDB expects that one row
    in some hundreds passes, so that it builds its hash tables of the large side of the joins that follow.
-#}
{% macro has_come(day, as_of) -%}
    coalesce({{ day }} <= {{ as_of }}, false)
{%- endmacro %}
