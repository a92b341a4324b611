{#- One row per integer from `first` to `last`, both included: stands as a column of a select. -#}
{% macro each_integer(first, last) -%}
    {{ adapter.dispatch('each_integer', 'twe_ocmw')(first, last) }}
{%- endmacro %}


{% macro duckdb__each_integer(first, last) -%}
    cast(unnest(range({{ first }}, {{ last }} + 1)) as integer)
{%- endmacro %}


{% macro spark__each_integer(first, last) -%}
    explode(sequence(cast({{ first }} as integer), cast({{ last }} as integer)))
{%- endmacro %}


{#- One row per part of a text between commas: stands as a column of a select. -#}
{% macro each_part(text) -%}
    {{ adapter.dispatch('each_part', 'twe_ocmw')(text) }}
{%- endmacro %}


{% macro duckdb__each_part(text) -%}
    unnest(string_split({{ text }}, ','))
{%- endmacro %}


{% macro spark__each_part(text) -%}
    explode(split({{ text }}, ','))
{%- endmacro %}
