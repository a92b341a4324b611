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


{#- A condition that keeps, in an increment, only rows whose `column` is among the changed clients of `sources`. -#}
{% macro is_changed_client(column, sources=['trajectories']) -%}
    {%- if not execute -%}{%- do ref('int_changed_clients') -%}{%- endif -%}
    {%- if is_increment() -%}
        {{ column }} in {{ changed_clients(sources) }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#- Whether a day lies between the as-of dates of the last build and this one: what it says may have become true or untrue. -#}
{% macro is_passed_day(day, as_of) -%}
    {%- set previous = build_state().as_of -%}
    {%- set previous_as_of = 'cast(' ~ (sql_text(previous) if previous else 'null') ~ ' as date)' -%}
    ({{ day }} > least({{ as_of }}, {{ previous_as_of }}) and {{ day }} <= greatest({{ as_of }}, {{ previous_as_of }}))
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


{#- Incremental strategy `changed_keys`: the same for the records of the changed keys; meta `extract` says of which extract. -#}
{% macro get_incremental_changed_keys_sql(arg_dict) -%}
    {%- set extract = config.require('meta').extract -%}
    delete from {{ arg_dict.target_relation }}
    where {{ extract_key(extract)[0] }} in {{ changed_records(extract) }};
    {{ get_incremental_append_sql(arg_dict) }}
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
        from {{ ref('stg_' ~ extract | replace('raw_', '')) }}
        where ({{ key }}) in (
            select ({{ key }})
            from {{ ref('stg_' ~ extract | replace('raw_', '')) }}
            semi join {{ new_files() }} as new_files using (file_id)
        )
    ) as judged
    where
        repeats.file_id = judged.file_id
        and repeats.source_row = judged.source_row;
    {{ get_incremental_append_sql(arg_dict) }}
{%- endmacro %}
