{#- A path in which DuckDB sees no wildcard. -#}
{% macro literal_path(path) %}
    {%- set ns = namespace(escaped='') -%}
    {%- for character in path -%}
        {%- set ns.escaped = ns.escaped ~ ('[' ~ character ~ ']' if character in '[*?' else character) -%}
    {%- endfor -%}
    {{ return(ns.escaped) }}
{% endmacro %}


{% macro file_name(path) %}{{ return(path.replace('\\', '/').split('/')[-1]) }}{% endmacro %}


{% macro sql_text(text) %}{{ return("'" ~ text | string | replace("'", "''") ~ "'") }}{% endmacro %}


{#-
    The table function that reads a CSV file as text columns c0, c1, ...; its first record is the header. Only a look at
    the header may ignore errors: under the wrong delimiter the rest of a sound file can look broken.
-#}
{% macro csv_records(path, delimiter, width, ignore_errors=false) -%}
    read_csv(
        {{ sql_text(literal_path(path)) }},
        auto_detect = false,
        columns = { {%- for i in range(width) %}'c{{ i }}': 'VARCHAR'{{ ', ' if not loop.last }}{% endfor -%} },
        header = false,
        delim = {{ sql_text(delimiter) }},
        quote = '"',
        escape = '"',
        null_padding = true,
        strict_mode = false,
        ignore_errors = {{ ignore_errors }},
        parallel = false
    )
{%- endmacro %}


{#- Column names as they are compared: without blanks around them and in lower case. -#}
{% macro normalised_names(names) %}
    {%- set found = [] -%}
    {%- for name in names -%}
        {%- do found.append((name or '').strip(' \t\u00a0\ufeff') | lower) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}


{% macro absent_columns(extract, names) %}
    {{ return(contract_columns(extract) | map(attribute='name') | reject('in', names) | list) }}
{% endmacro %}


{#-
    The layout of one CSV file: its delimiter is the one under which all contract columns are found. Most headers are
    short; a wide one costs a second look.
-#}
{% macro csv_layout(extract, path) %}
    {%- set best = namespace(absent=contract_columns(extract) | map(attribute='name') | list, layout=none) -%}
    {%- for width in [256, 16384] -%}
        {%- for delimiter in [',', ';'] -%}
            {%- if best.absent -%}
                {%- set header = run_query(
                    'select * from ' ~ csv_records(path, delimiter, width, ignore_errors=true) ~ ' limit 1'
                ).rows -%}
                {%- set names = normalised_names(header[0].values() if header else []) -%}
                {%- set absent = absent_columns(extract, names) -%}
                {%- if absent | length < best.absent | length -%}
                    {%- set best.absent = absent -%}
                    {%- set best.layout = {'format': 'csv', 'delimiter': delimiter, 'names': names} -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return((best.absent, best.layout)) }}
{% endmacro %}


{% macro parquet_layout(extract, path) %}
    {%- set described = run_query(
        'describe select * from read_parquet(' ~ sql_text(literal_path(path)) ~ ', binary_as_string = true, hive_partitioning = false)'
    ) -%}
    {%- set layout = {
        'format': 'parquet',
        'names': normalised_names(described.columns[0].values()),
        'identifiers': described.columns[0].values() | list,
        'types': described.columns[1].values() | list,
    } -%}
    {{ return((absent_columns(extract, layout.names), layout)) }}
{% endmacro %}


{#-
    The delivered files of an extract in the order of their names, each with its layout. Stops with one
    sentence when the extract has no file or a file lacks a column.
-#}
{% macro delivered_files(extract) %}
    {%- set files = [] -%}
    {%- set folder = var('raw_path') | string -%}
    {%- set listing = [] -%}
    {%- for format in ['csv', 'parquet'] -%}
        {%- set pattern = literal_path(folder.rstrip('/') or '/') ~ '/' ~ extract ~ '*.' ~ format -%}
        {%- for path in run_query('select file from glob(' ~ sql_text(pattern) ~ ') order by file').columns[0].values() -%}
            {%- do listing.append((path, format)) -%}
        {%- endfor -%}
    {%- endfor -%}

    {%- for path, format in listing | sort -%}
        {%- set name = file_name(path) -%}
        {%- set absent, layout = csv_layout(extract, path) if format == 'csv' else parquet_layout(extract, path) -%}
        {%- if absent -%}
            {{ exceptions.raise_compiler_error('The file ' ~ name ~ ' in ' ~ folder ~ ' lacks the column'
                ~ ('s ' if absent | length > 1 else ' ') ~ absent | join(', ') ~ '.') }}
        {%- endif -%}
        {%- for column in contract_columns(extract) if layout.names.count(column.name) > 1 -%}
            {{ exceptions.raise_compiler_error('The file ' ~ name ~ ' in ' ~ folder ~ ' has the column '
                ~ column.name ~ ' more than once.') }}
        {%- endfor -%}
        {%- do layout.update({'path': path, 'name': name}) -%}
        {%- do files.append(layout) -%}
    {%- endfor -%}

    {%- if not files and extract != 'raw_subsidy_claims' -%}
        {{ exceptions.raise_compiler_error('The folder ' ~ folder ~ ' (variable raw_path) does not exist or holds no file '
            ~ extract ~ '*.csv or ' ~ extract ~ '*.parquet.') }}
    {%- endif -%}
    {{ return(files) }}
{% endmacro %}


{#-
    Looks at every delivered file before anything is built, so that a bad delivery stops the build at once. A file that
    has the name of an extract but not the ending of one is not read; it is named in a warning.
-#}
{% macro check_delivery() %}
    {%- if execute and var('raw_path') is not none -%}
        {%- set read = [] -%}
        {%- for extract in extracts() -%}
            {%- do read.extend(delivered_files(extract) | map(attribute='name')) -%}
        {%- endfor -%}
        {%- set folder = var('raw_path') | string -%}
        {%- set pattern = literal_path(folder.rstrip('/') or '/') ~ '/*' -%}
        {%- for path in run_query('select file from glob(' ~ sql_text(pattern) ~ ') order by file').columns[0].values() -%}
            {%- set name = file_name(path) -%}
            {%- for extract in extracts() if name.lower().startswith(extract) and name not in read -%}
                {%- do exceptions.warn('The file ' ~ name ~ ' in ' ~ folder ~ ' is not read: its name does not have the form '
                    ~ extract ~ '*.csv or ' ~ extract ~ '*.parquet.') -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
