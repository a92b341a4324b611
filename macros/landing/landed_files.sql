{#-
    How a delivery reaches an engine that can't read the delivered files as they must be read. DuckDB reads them, with the
    same macros as for its own build, and writes the rows as Parquet files that carry their file and row number (land_delivery);
    the other engine reads those (delivered_parts).
-#}


{#-
    Writes the contract columns of a delivery into `folder` as <extract>_<number>.parquet, one file per part. Run on DuckDB
    with `dbt run-operation`, in a database that is thrown away; the delivery is refused in the same words as by a build.
    The bundled data have no file names: `is_bundled` names a row after its seed.
-#}
{% macro land_delivery(folder, is_bundled=false) %}
    {%- do check_variables() -%}
    {%- do check_delivery() -%}
    {%- set files = files_to_land() -%}
    {%- for extract in extracts() -%}
        {%- for part in delivered_parts(extract, files) -%}
            {%- set place = folder ~ '/' ~ extract ~ '_' ~ '%03d' % loop.index ~ '.parquet' -%}
            {%- do run_query('copy (' ~ landed_part(extract, part) ~ ') to ' ~ sql_text(place) ~ ' (format parquet)') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set described = [] -%}
    {%- for file in files -%}
        {%- do described.append({
            'file_id': file.file_id, 'extract': file.extract, 'name': file.extract if is_bundled else file.name,
            'bytes': file.bytes, 'seen_as': file.seen_as, 'sha256': file.sha256,
        }) -%}
    {%- endfor -%}
    {%- do run_query(
        'copy (select ' ~ sql_text(tojson(described)) ~ ' as files) to ' ~ sql_text(folder ~ '/delivered_files.parquet') ~ ' (format parquet)'
    ) -%}
{% endmacro %}


{#- A part with every column in a type that all engines have, and that reads as the same value. -#}
{% macro landed_part(extract, part) -%}
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row
        {%- for column in contract_columns(extract) %},
        cast({{ column.name }} as {{ landed_type(column.type, part.types[column.name]) }}) as {{ column.name }}
        {%- endfor %}
    from ({{ part.select }}) as part
    where source_row > 0
{%- endmacro %}


{#- The database type as it is where read_value takes it as it is; text where it is read through its text form. -#}
{% macro landed_type(type, source_type) -%}
    {%- set native = source_type | upper -%}
    {%- if type in ['date', 'month', 'timestamp'] and native.startswith('TIMESTAMP') -%}
        timestamp
    {%- elif (type in ['date', 'month', 'timestamp'] and native == 'DATE')
        or (type == 'amount' and native.startswith('DECIMAL'))
        or (type == 'integer' and native in ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'])
        or (type == 'boolean' and native == 'BOOLEAN') -%}
        {{ native | lower }}
    {%- else -%}
        varchar
    {%- endif -%}
{%- endmacro %}


{#- Variable landed holds per extract the files that land_delivery wrote: path as Spark sees it, and the type of each column. -#}
{% macro spark__delivered_parts(extract, files) %}
    {%- set parts = [] -%}
    {%- for file in (var('landed') or {}).get(extract, []) -%}
        {%- do parts.append({'types': file.types, 'select': 'select * from parquet.`' ~ file.path | replace('`', '``') ~ '`'}) -%}
    {%- endfor -%}
    {%- if not parts -%}
        {%- set names = contract_columns(extract) | map(attribute='name') | list -%}
        {%- set all_text = {} -%}
        {%- for name in names -%}
            {%- do all_text.update({name: 'VARCHAR'}) -%}
        {%- endfor -%}
        {%- do parts.append({'types': all_text, 'select': no_rows(names)}) -%}
    {%- endif -%}
    {{ return(parts) }}
{% endmacro %}


{#- The delivered files as land_delivery has numbered them. -#}
{% macro spark__files_to_land() %}
    {{ return((var('landed') or {}).get('files', [])) }}
{% endmacro %}


{#- Spark has no look at delivered files: a build that did not come through the landing would be empty. -#}
{% macro spark__check_delivery() %}
    {%- if execute and flags.WHICH in ['build', 'run'] and not var('landed') -%}
        {{ exceptions.raise_compiler_error('On Spark a delivery is landed before it is built: use scripts/build_on_spark.py.') }}
    {%- endif -%}
{% endmacro %}
