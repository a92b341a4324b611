{#-
    The rows that a generic test looks at, in place of dbt's own macro. An increment tests what it has worked: of an incremental
    model, or a view on one, the rows of the new files, the changed records or the changed clients. The others were tested when
    they were worked; where a data test was left out or failed then, everything is tested. `dbt test` alone tests everything.
-#}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [config.get('where', '')] if config.get('where', '') else [] -%}
    {%- set state = build_state() if flags.WHICH == 'build' else {} -%}
    {%- set worked = worked_in_increment(relation) | trim if state.is_increment and state.is_tested else '' -%}
    {%- if worked -%}{%- do conditions.append(worked) -%}{%- endif -%}
    {%- if conditions -%}
        (select * from {{ relation }} where {{ conditions | join(' and ') }}) as dbt_subquery
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}


{#- A condition that keeps the rows which an increment has worked; empty when the model is worked whole. -#}
{% macro worked_in_increment(relation) -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.schema == relation.schema and node.name == relation.identifier -%}
        {%- set meta = node.config.meta -%}
        {%- if meta.changed_in -%}
            client_id in {{ changed_clients(meta.changed_in) }}
        {%- elif meta.changed_groups -%}
            {{ in_changed_groups(meta.changed_groups) }}
        {%- elif meta.extract and node.config.incremental_strategy != 'judged_again' -%}
            {{ record_key_column(meta) }} in {{ changed_records(meta.extract) }}
        {%- elif node.path.startswith('staging/') and node.name != 'stg_delivered_files' -%}
            file_id in {{ new_files('staging.stg_delivered_files') }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
