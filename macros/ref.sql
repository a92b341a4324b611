{#-
    A view or a function names no database: it reads the tables beside it, whatever the file is called and wherever it is attached.
    A function also reads the protected figures of a release.
-#}
{% macro ref() -%}
    {%- set relation = builtins.ref(*varargs, **kwargs) -%}
    {%- if config.get('materialized') in ['view', 'table_function'] -%}
        {%- set relation = relation.include(database=false) -%}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}
