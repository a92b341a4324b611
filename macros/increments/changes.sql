{#- The rows of a staging model that this build has to judge: all of them, or in an increment those of the new files. -#}
{% macro rows_to_judge(staged) -%}
    {#- dbt has to know that the files come first. -#}
    {%- if not execute -%}{%- do ref('stg_delivered_files') -%}{%- endif -%}
    select staged.*
    from {{ staged }} as staged
    {%- if is_increment_build() and this is not none %}
    semi join {{ new_files() }} as new_files on staged.file_id = new_files.file_id
    {%- endif %}
{%- endmacro %}


{#- The files that this build has landed. -#}
{% macro new_files(files=none) -%}
    (select file_id from {{ files or ref('stg_delivered_files') }} where landed_by = '{{ invocation_id }}')
{%- endmacro %}


{#- The clients with a change in one of `sources`; by name, as strategies and tests may not call ref. -#}
{% macro changed_clients(sources) -%}
    (select client_id from intermediate.int_changed_clients where changed_in in ('{{ sources | join("', '") }}'))
{%- endmacro %}


{#- The keys of the changed records of an extract; by name, as strategies and tests may not call ref. -#}
{% macro changed_records(extract) -%}
    (select record_key from intermediate.int_changed_keys where extract = '{{ extract }}')
{%- endmacro %}


{#-
    A condition that keeps, in an increment, only rows whose `column` is a client with a change that concerns the model, of those
    that it names with meta `changed_in`.
-#}
{% macro is_changed_client(column) -%}
    {%- if not execute -%}{%- do ref('int_changed_clients') -%}{%- endif -%}
    {%- if is_increment() -%}
        {{ column }} in {{ changed_clients(config.require('meta').changed_in) }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#-
    The condition that a row at hand is in a group, named by `columns`, in which a ledger line changed. By residence the lines of
    a client may have moved when a trajectory changed.
-#}
{% macro in_changed_groups(columns) -%}
    {%- set group = columns | join(', ') -%}
    (
        ({{ group }}) in (select {{ group }} from intermediate.int_subsidies__changed_lines)
        {%- if is_by_residence() %}
        or client_id in {{ changed_clients(['trajectories']) }}
        {%- endif %}
    )
{%- endmacro %}


{#- A condition that keeps, in an increment, only rows of the groups that the model names with meta `changed_groups` and in which a line changed. -#}
{% macro is_in_changed_group() -%}
    {%- if not execute -%}{%- do ref('int_subsidies__changed_lines') -%}{%- do ref('int_changed_clients') -%}{%- endif -%}
    {%- if is_increment() -%}
        {{ in_changed_groups(config.require('meta').changed_groups) }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#- A condition that keeps, in an increment, only rows whose `column` is among the keys of the changed records of an extract. -#}
{% macro is_changed_record(column, extract) -%}
    {%- if not execute -%}{%- do ref('int_changed_keys') -%}{%- endif -%}
    {%- if is_increment() -%}
        {{ column }} in {{ changed_records(extract) }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#- Whether a day lies between the as-of dates of the last build and this one: what it says may have become true or untrue. -#}
{% macro is_passed_day(day) -%}
    {%- if not execute -%}{%- do ref('int_as_of') -%}{%- endif -%}
    {%- if is_increment_build() and this is not none -%}
        {#- As constants: of a column that is compared with another table every block is read. -#}
        {%- set as_of = run_query('select as_of from intermediate.int_as_of').columns[0].values()[0] -%}
        {%- if as_of is none -%}
        true
        {%- else -%}
        {%- set days = [as_of, build_state().as_of] | sort -%}
        ({{ day }} > date '{{ days[0] }}' and {{ day }} <= date '{{ days[1] }}')
        {%- endif -%}
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}


{#-
    Incremental strategy `changed_clients`: everything that the model holds about a changed client makes way for what it
    says now, which may be nothing. The model says with meta `changed_in` which changes concern it.
-#}
{% macro get_incremental_changed_clients_sql(arg_dict) -%}
    delete from {{ arg_dict.target_relation }}
    where client_id in {{ changed_clients(config.require('meta').changed_in) }};
    {{ get_incremental_append_sql(arg_dict) }}
{%- endmacro %}


{#- Incremental strategy `changed_groups`: the same for the groups, of meta `changed_groups`, in which a ledger line changed. -#}
{% macro get_incremental_changed_groups_sql(arg_dict) -%}
    delete from {{ arg_dict.target_relation }}
    where {{ in_changed_groups(config.require('meta').changed_groups) }};
    {{ get_incremental_append_sql(arg_dict) }}
{%- endmacro %}


{#- Incremental strategy `changed_keys`: the same for the records of the changed keys; meta `extract` says of which extract. -#}
{% macro get_incremental_changed_keys_sql(arg_dict) -%}
    {%- set extract = config.require('meta').extract -%}
    delete from {{ arg_dict.target_relation }}
    where {{ record_key_column(config.require('meta')) }} in {{ changed_records(extract) }};
    {{ get_incremental_append_sql(arg_dict) }}
{%- endmacro %}


{#- The column with the key of a record in a model with meta `extract`: named by meta `key`, or as in the extract. -#}
{% macro record_key_column(meta) %}{{ return(meta.key or extract_key(meta.extract)[0]) }}{% endmacro %}


{#-
    Where an increment finds the delivered rows with a key of a new row: of the ledger these were set apart, as it is so large
    that it is searched only once.
-#}
{% macro rows_with_keys(extract) -%}
    {%- if extract == 'raw_subsidies' -%}
        {%- if not execute -%}{%- do ref('stg_subsidies') -%}{%- do ref('int_subsidies__judged') -%}{%- endif -%}
        {{ ref('int_subsidies__judged' if is_increment() else 'stg_subsidies') }}
    {%- else -%}
        {{ ref('stg_' ~ extract | replace('raw_', '')) }}
    {%- endif -%}
{%- endmacro %}


{#-
    Incremental strategy `judged_again`: what the model says about the delivered rows with a key of a new row is judged again.
-#}
{% macro get_incremental_judged_again_sql(arg_dict) -%}
    {%- set extract = config.require('meta').extract -%}
    {%- set key = extract_key(extract) | join(', ') -%}
    delete from {{ arg_dict.target_relation }} as repeats
    using (
        select
            file_id,
            source_row
        from {{ rows_with_keys(extract) }}
        where ({{ key }}) in (
            select ({{ key }})
            from {{ rows_with_keys(extract) }}
            semi join {{ new_files() }} as new_files using (file_id)
        )
    ) as judged
    where
        repeats.file_id = judged.file_id
        and repeats.source_row = judged.source_row;
    {{ get_incremental_append_sql(arg_dict) }}
{%- endmacro %}
