{#- Whether the whole of a text has the form of a regular expression, a line end at its end included. -#}
{% macro has_form(text, form) -%}
    {{ adapter.dispatch('has_form', 'twe_ocmw')(text, form) }}
{%- endmacro %}


{% macro duckdb__has_form(text, form) -%}
    regexp_full_match({{ text }}, '{{ form }}')
{%- endmacro %}


{#- In Java `$` also stands before a last line end; `\z` does not. -#}
{% macro spark__has_form(text, form) -%}
    {{ text }} rlike r'\A(?:{{ form }})\z'
{%- endmacro %}


{#- The columns as one JSON object, as text; an empty column is in it as null. -#}
{% macro columns_as_json(columns) -%}
    {{ adapter.dispatch('columns_as_json', 'twe_ocmw')(columns) }}
{%- endmacro %}


{% macro duckdb__columns_as_json(columns) -%}
    cast(
            to_json(
                struct_pack(
                    {%- for column in columns %}
                    {{ column }} := {{ column }}{{ ',' if not loop.last }}
                    {%- endfor %}
                )
            ) as varchar
        )
{%- endmacro %}


{% macro spark__columns_as_json(columns) -%}
    to_json(
            named_struct(
                {%- for column in columns %}
                '{{ column }}', {{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
            ),
            map('ignoreNullFields', 'false')
        )
{%- endmacro %}
