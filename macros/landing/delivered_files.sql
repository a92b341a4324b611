{% macro sql_text(text) %}{{ return("'" ~ text | string | replace("'", "''") ~ "'") }}{% endmacro %}


{#-
    The table function that reads a CSV file as text columns c0, c1, ...; its first record is the header. It is lenient
    about the number of fields only: before it, look_at_delivery has found that the file is UTF-8 and RFC 4180. With
    new_line = '\n' DuckDB ends a record at CR and at LF, in any mix (an empty one between them is none); left to find
    out itself it loses a byte after a CR in a file that starts with CRLF.
-#}
{% macro csv_records(path, delimiter, width) -%}
    read_csv(
        {{ sql_text(path) }},
        auto_detect = false,
        columns = { {%- for i in range(width) %}'c{{ i }}': 'VARCHAR'{{ ', ' if not loop.last }}{% endfor -%} },
        header = false,
        delim = {{ sql_text(delimiter) }},
        quote = '"',
        escape = '"',
        null_padding = true,
        strict_mode = false,
        new_line = '\n',
        max_line_size = 33554432,
        parallel = false
    )
{%- endmacro %}


{#-
    What the folder of variable raw_path holds: its files with their layouts or faults (scripts/twe/landing/delivery.py).
    The one place where a delivery is looked at, whatever the engine that builds (macros/landing/landed_files.sql).
-#}
{% macro looked_at_delivery(wanted) %}
    {%- set columns = {} -%}
    {%- for extract in wanted -%}
        {%- do columns.update({extract: contract_columns(extract) | map(attribute='name') | list}) -%}
    {%- endfor -%}
    {%- set answer = run_query(
        'select look_at_delivery(' ~ sql_text(var('raw_path')) ~ ', ' ~ sql_text(tojson(columns)) ~ ') as delivery'
    ) -%}
    {{ return(fromjson(answer.columns[0].values()[0])) }}
{% endmacro %}


{#-
    The delivered files of an extract in the order of their names, each with its layout. Stops with one
    sentence when the extract has no file or a file can't be read as it must.
-#}
{% macro delivered_files(extract, delivery=none) %}
    {%- set files = (delivery or looked_at_delivery([extract])).files[extract] -%}
    {%- for file in files if file.fault -%}
        {{ exceptions.raise_compiler_error(file.fault) }}
    {%- endfor -%}
    {%- if not files and extract != 'raw_subsidy_claims' -%}
        {{ exceptions.raise_compiler_error('The folder ' ~ var('raw_path') ~ ' (variable raw_path) does not exist or holds no file '
            ~ extract ~ '*.csv or ' ~ extract ~ '*.parquet.') }}
    {%- endif -%}
    {{ return(files) }}
{% endmacro %}


{#-
    Looks at every delivered file before anything is built, so that a bad delivery stops the build at once. A file that
    has the name of an extract but not the ending of one is not read; it is named in a warning.
-#}
{% macro check_delivery() %}
    {%- do adapter.dispatch('check_delivery', 'twe_ocmw')() -%}
{% endmacro %}


{% macro duckdb__check_delivery() %}
    {%- if execute and var('raw_path') is not none -%}
        {%- set delivery = looked_at_delivery(extracts()) -%}
        {%- for extract in extracts() -%}
            {%- do delivered_files(extract, delivery) -%}
            {%- for name in delivery.others[extract] -%}
                {%- do exceptions.warn('The file ' ~ name ~ ' in ' ~ var('raw_path') ~ ' is not read: its name does not have the form '
                    ~ extract ~ '*.csv or ' ~ extract ~ '*.parquet.') -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
