{#-
    The parts an extract is delivered in: one per CSV file, one per set of Parquet files with the same columns, or
    the one seed. Each is a select of file_id, source_row (0 = a header) and the contract columns as delivered,
    with the database types these columns have there. `files` come from files_to_land or files_to_read_again.
-#}
{% macro delivered_parts(extract, files) %}
    {{ return(adapter.dispatch('delivered_parts', 'twe_ocmw')(extract, files)) }}
{% endmacro %}


{% macro duckdb__delivered_parts(extract, files) %}
    {%- set parts = [] -%}
    {%- set names = contract_columns(extract) | map(attribute='name') | list -%}
    {%- set all_text = {} -%}
    {%- for name in names -%}
        {%- do all_text.update({name: 'VARCHAR'}) -%}
    {%- endfor -%}

    {#- dbt finds out what a model depends on before anything is known about files. -#}
    {%- if not execute and var('raw_path') is none and extract != 'raw_subsidy_claims' -%}
        {%- do ref(extract) -%}
    {%- endif -%}

    {%- set parquet = {} -%}
    {%- for file in files if file.extract == extract -%}
        {%- if not file.format -%}
            {%- do parts.append({'types': all_text, 'select': seed_rows(file, names)}) -%}
        {%- elif file.format == 'csv' -%}
            {%- do parts.append({'types': all_text, 'select': csv_rows(file, names)}) -%}
        {%- else -%}
            {#- A file with a column of that name leaves DuckDB's own number of the row no place. -#}
            {%- set alone = file.name if 'file_row_number' in file.names or 'file_index' in file.names else '' -%}
            {%- do parquet.setdefault((alone, file.identifiers, file.types) | string, []).append(file) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for same in parquet.values() -%}
        {%- set types = {} -%}
        {%- for name in names -%}
            {%- do types.update({name: same[0].types[same[0].names.index(name)]}) -%}
        {%- endfor -%}
        {%- do parts.append({'types': types, 'select': parquet_rows(same, names)}) -%}
    {%- endfor -%}

    {%- if not parts -%}
        {%- do parts.append({'types': all_text, 'select': no_rows(names)}) -%}
    {%- endif -%}
    {{ return(parts) }}
{% endmacro %}


{% macro seed_rows(file, names) -%}
    select
        {{ file.file_id }} as file_id,
        row_number() over () as source_row,
        {{ names | join(', ') }}
    from {{ ref(file.name) }}
{%- endmacro %}


{% macro csv_rows(file, names) -%}
    {%- set positions = [] -%}
    {%- for name in names -%}
        {%- do positions.append(file.names.index(name)) -%}
    {%- endfor -%}
    select
        {{ file.file_id }} as file_id,
        row_number() over () - 1 as source_row
        {%- for name in names %}, c{{ positions[loop.index0] }} as {{ name }}{% endfor %}
    from {{ csv_records(file.path, file.delimiter, positions | max + 1) }}
{%- endmacro %}


{#- DuckDB numbers the files of one list itself; a file with columns that hide its numbers is read alone. -#}
{% macro parquet_rows(files, names) -%}
    {%- set has_own_numbers = 'file_row_number' in files[0].names %}
    select
        {% if files | length == 1 -%}
        {{ files[0].file_id }} as file_id,
        {%- else -%}
        ([{{ files | map(attribute='file_id') | join(', ') }}])[cast(file_index as bigint) + 1] as file_id,
        {%- endif %}
        {{ 'row_number() over ()' if has_own_numbers else 'file_row_number + 1' }} as source_row
        {%- for name in names %}, "{{ files[0].identifiers[files[0].names.index(name)] | replace('"', '""') }}" as {{ name }}{% endfor %}
    from read_parquet(
        [{% for file in files %}{{ sql_text(file.path) }}{{ ', ' if not loop.last }}{% endfor %}],
        file_row_number = {{ not has_own_numbers }},
        binary_as_string = true,
        hive_partitioning = false
    )
{%- endmacro %}


{% macro no_rows(names) -%}
    select
        0 as file_id,
        0 as source_row
        {%- for name in names %}, cast(null as string) as {{ name }}{% endfor %}
    where false
{%- endmacro %}


{#-
    The rows of an extract, typed. For every column that is not text a second one, <column>_unread, holds the trimmed text
    of a value that could not be read.
-#}
{% macro landed_rows(extract) -%}
    {#- The files are numbered in stg_delivered_files before their rows are. -#}
    {%- if not execute -%}{%- do ref('stg_delivered_files') -%}{%- endif -%}
    {%- for part in delivered_parts(extract, files_to_land()) %}
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row
        {%- for column in contract_columns(extract) -%}
            {%- set value = read_value(column.type, column.name, part.types[column.name]) %},
        {{ value }} as {{ column.name }}
            {%- if column.type != 'text' %},
        case when {{ value }} is null then {{ read_text(column.name) }} end as {{ column.name }}_unread
            {%- endif -%}
        {%- endfor %}
    from ({{ part.select }}) as part
    where source_row > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#-
    The rejected rows of an extract to the letter: the contract columns as text, blanks and notation kept, and the reasons.
    `files` are those that hold them.
-#}
{% macro rejected_rows_as_delivered(extract, rejected, files) -%}
    {%- for part in delivered_parts(extract, files) %}
    select
        rejected.file_id,
        rejected.source_row,
        rejected.reasons
        {%- for column in contract_columns(extract) %},
        cast(part.{{ column.name }} as string) as {{ column.name }}
        {%- endfor %}
    from ({{ part.select }}) as part
    inner join {{ rejected }} as rejected
        on
            part.file_id = rejected.file_id
            and part.source_row = rejected.source_row
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
