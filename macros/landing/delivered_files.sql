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
    The one place where a delivery is looked at, whatever the engine that builds (macros/landing/landed_files.sql). `known`
    holds what is known of files landed before.
-#}
{% macro looked_at_delivery(wanted, known={}) %}
    {%- set columns = {} -%}
    {%- for extract in wanted -%}
        {%- do columns.update({extract: contract_columns(extract) | map(attribute='name') | list}) -%}
    {%- endfor -%}
    {%- set answer = run_query(
        'select look_at_delivery(' ~ sql_text(var('raw_path')) ~ ', ' ~ sql_text(tojson(columns)) ~ ', ' ~ sql_text(tojson(known))
        ~ ') as delivery'
    ) -%}
    {{ return(fromjson(answer.columns[0].values()[0])) }}
{% endmacro %}


{#-
    The delivered files of an extract in the order of their names, each with its layout. Stops with one
    sentence when the extract has no file or a file can't be read as it must.
-#}
{% macro readable_files(extract, delivery) %}
    {%- set files = delivery.files[extract] -%}
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
        {%- set delivery = looked_at_delivery(extracts(), landed_files()) -%}
        {%- for extract in extracts() -%}
            {%- do readable_files(extract, delivery) -%}
            {%- for name in delivery.others[extract] -%}
                {%- do exceptions.warn('The file ' ~ name ~ ' in ' ~ var('raw_path') ~ ' is not read: its name does not have the form '
                    ~ extract ~ '*.csv or ' ~ extract ~ '*.parquet.') -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{#-
    The files that earlier builds have landed in this warehouse, as a map of extract to file name to what is known of the
    file; empty unless the last build was complete. `but_this_build` leaves out what this one has landed.
-#}
{% macro landed_files(but_this_build=false) %}
    {%- set state = build_state() -%}
    {{ return(numbered_files(but_this_build) if state.is_complete or state.is_increment else {}) }}
{% endmacro %}


{#- The files in stg_delivered_files, as landed_files tells them; by name, as that table comes before every model that asks. -#}
{% macro numbered_files(but_this_build=false) %}
    {%- set files = {} -%}
    {%- set rows = run_query(
        'select extract, source_file, file_id, seen_as, sha256 from staging.stg_delivered_files'
        ~ (" where landed_by <> '" ~ invocation_id ~ "'" if but_this_build else '')
    ).rows -%}
    {%- for extract, name, file_id, seen_as, sha256 in rows -%}
        {%- do files.setdefault(extract, {}).update({name: {'file_id': file_id | int, 'seen_as': seen_as, 'sha256': sha256}}) -%}
    {%- endfor -%}
    {{ return(files) }}
{% endmacro %}


{#- Whether every landed file is still delivered and the same. -#}
{% macro are_landed_files_there() %}
    {%- if var('raw_path') is not none -%}
        {%- set landed = landed_files() -%}
        {%- set delivery = looked_at_delivery(extracts(), landed) -%}
        {%- for extract, files in landed.items() -%}
            {%- set same = delivery.files[extract] | selectattr('is_known', 'defined') | map(attribute='name') | list -%}
            {%- for name in files if name not in same -%}
                {{ return(false) }}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(true) }}
{% endmacro %}


{#-
    The files that this build lands, numbered in the order of the extracts and of their names, after those that are
    landed. A seed is one file of the name of its extract. The number that stg_delivered_files gave a file is the one for every
    other model: a build of a selection, or dbt retry, may find that table as an earlier command left it.
-#}
{% macro files_to_land() %}
    {{ return(adapter.dispatch('files_to_land', 'twe_ocmw')()) }}
{% endmacro %}


{% macro duckdb__files_to_land() %}
    {#- A unit test stands for a build of everything: it has no table. -#}
    {%- set is_increment = this is not none and build_state().is_increment -%}
    {%- set landed = landed_files(but_this_build=true) if is_increment else {} -%}
    {%- set files = [] -%}
    {%- if var('raw_path') is none -%}
        {%- for extract in extracts() if extract != 'raw_subsidy_claims' and extract not in landed -%}
            {%- do files.append({'extract': extract, 'name': extract}) -%}
        {%- endfor -%}
    {%- elif execute -%}
        {%- set delivery = looked_at_delivery(extracts(), landed) -%}
        {%- for extract in extracts() -%}
            {%- for file in readable_files(extract, delivery) if not file.is_known -%}
                {%- do files.append(dict(file, extract=extract)) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set ns = namespace(last=0) -%}
    {%- for names in landed.values() -%}
        {%- for file in names.values() -%}
            {%- set ns.last = [ns.last, file.file_id] | max -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set given = numbered_files() if execute and is_building_command() and this is not none and this.name != 'stg_delivered_files' else none -%}
    {%- set numbered = [] -%}
    {%- for file in files -%}
        {%- set file_id = ns.last + loop.index if given is none else given.get(file.extract, {}).get(file.name, {}).file_id -%}
        {%- if not file_id -%}
            {{ exceptions.raise_compiler_error('The file ' ~ file.name
                ~ ' came after the files were numbered (stg_delivered_files); build everything: dbt build.') }}
        {%- endif -%}
        {%- do numbered.append(dict(file, file_id=file_id)) -%}
    {%- endfor -%}
    {{ return(numbered) }}
{% endmacro %}


{#- The landed files with the numbers in `file_ids`, each with its layout: they are read again. -#}
{% macro files_to_read_again(file_ids) %}
    {%- set files = [] -%}
    {%- set landed = landed_files() if var('raw_path') is not none else {} -%}
    {%- if var('raw_path') is none -%}
        {%- for extract in extracts() | reject('equalto', 'raw_subsidy_claims') -%}
            {%- if loop.index in file_ids -%}
                {%- do files.append({'extract': extract, 'name': extract, 'file_id': loop.index}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for extract, names in landed.items() -%}
        {%- set wanted = [] -%}
        {%- set others = {} -%}
        {%- for name, file in names.items() -%}
            {%- if file.file_id in file_ids -%}
                {%- do wanted.append(name) -%}
            {%- else -%}
                {%- do others.update({name: file}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if wanted -%}
            {%- set delivery = looked_at_delivery([extract], {extract: others}) -%}
            {%- for file in readable_files(extract, delivery) if file.name in wanted -%}
                {%- do files.append(dict(file, extract=extract, file_id=names[file.name].file_id)) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(files) }}
{% endmacro %}
