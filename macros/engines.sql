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


{#-
    Comments of a relation and its columns in one statement. dbt-duckdb runs two and reads the columns of the relation twice.
-#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {%- set comments = [] -%}
    {%- if for_relation and config.persist_relation_docs() and model.description -%}
        {%- do comments.append(alter_relation_comment(relation, model.description)) -%}
    {%- endif -%}
    {%- if for_columns and config.persist_column_docs() -%}
        {%- for name, column in model.columns.items() if column.description -%}
            {%- do comments.append(
                'comment on column ' ~ relation ~ '.' ~ adapter.quote(name) ~ ' is ' ~ duckdb_escape_comment(column.description) ~ ';'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if comments -%}
        {%- do run_query(comments | join('\n')) -%}
    {%- endif -%}
{% endmacro %}
