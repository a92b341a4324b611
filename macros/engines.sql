{#- What DuckDB and Spark write in different ways. -#}


{#- Whether the whole of a text matches a regular expression, a line end at its end included. -#}
{% macro matches_pattern(text, pattern) -%}
    {{ adapter.dispatch('matches_pattern', 'twe_ocmw')(text, pattern) }}
{%- endmacro %}


{% macro duckdb__matches_pattern(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}


{#- In Java `$` also matches before a last line end; `\z` does not. -#}
{% macro spark__matches_pattern(text, pattern) -%}
    {{ text }} rlike r'\A(?:{{ pattern }})\z'
{%- endmacro %}


{#- The columns as one JSON object, as text; `columns` maps each key to a SQL expression. An empty value is null. -#}
{% macro to_json_object(columns) -%}
    {{ adapter.dispatch('to_json_object', 'twe_ocmw')(columns) }}
{%- endmacro %}


{% macro duckdb__to_json_object(columns) -%}
    cast(
            to_json(
                struct_pack(
                    {%- for name, value in columns.items() %}
                    {{ name }} := {{ value }}{{ ',' if not loop.last }}
                    {%- endfor %}
                )
            ) as varchar
        )
{%- endmacro %}


{% macro spark__to_json_object(columns) -%}
    to_json(
            named_struct(
                {%- for name, value in columns.items() %}
                '{{ name }}', {{ value }}{{ ',' if not loop.last }}
                {%- endfor %}
            ),
            map('ignoreNullFields', 'false')
        )
{%- endmacro %}
