{#-
    Loads a seed in one statement. dbt-spark's own macro writes an empty value as the text None in a session, and ends a
    text at an apostrophe.
-#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set sql %}
        insert into {{ this.render() }}
        select
            {%- for name in agate_table.column_names %}
            cast(c{{ loop.index0 }} as {{ types.get(name, adapter.convert_type(agate_table, loop.index0)) }}){{ ',' if not loop.last }}
            {%- endfor %}
        from values
            {%- for row in agate_table.rows %}
            (
                {%- for value in row -%}
                {{ 'null' if value is none else "'" ~ value | string | replace('\\', '\\\\') | replace("'", "\\'") ~ "'" }}{{ ', ' if not loop.last }}
                {%- endfor -%}
            ){{ ',' if not loop.last }}
            {%- endfor %}
            as seed ({% for name in agate_table.column_names %}c{{ loop.index0 }}{{ ', ' if not loop.last }}{% endfor %})
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=true) -%}
    {{ return(sql) }}
{% endmacro %}
