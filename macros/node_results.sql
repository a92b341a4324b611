{#-
    quality.node_results: the result of every model, seed and data test for the tables as they are now, whichever commands made
    it. The exporter refuses a warehouse in which one of them did not pass. Unit tests judge the code, not the tables.
-#}


{#-
    Replaces the table. Before the first node, without `results`: what is selected is `unfinished` until it ends, however it ends.
    After the last one: the status of what ran. The other tests of a table that was built are `untested`, nodes that were never run
    `missing`, a table built with --empty or --sample is `empty` whatever its tests say, and of the rest is kept what was known.
-#}
{% macro store_node_results(results=none) %}
{%- if execute and target.type == 'duckdb' and flags.WHICH in ['build', 'run', 'seed', 'test'] -%}
    {%- set statuses, tables = {}, {} -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'seed' or node.config.materialized == 'table' -%}
        {%- do tables.update({node.unique_id: node.schema ~ '.' ~ node.alias}) -%}
    {%- endfor -%}
    {%- if results is none -%}
        {#- A view with the name of a table was made by dbt clone. A seed does not replace a view. -#}
        {%- for schema, name in run_query(
            "select schema_name, view_name from duckdb_views() where database_name = '" ~ target.database
            ~ "' and not internal"
        ).rows if schema ~ '.' ~ name in tables.values() -%}
            {%- do adapter.drop_relation(
                api.Relation.create(database=target.database, schema=schema, identifier=name, type='view')
            ) -%}
        {%- endfor -%}
        create schema if not exists {{ target.database }}.quality;
        create table if not exists {{ target.database }}.quality.node_results (
            node varchar, resource_type varchar, relation varchar, status varchar, variables varchar, stored_rows bigint,
            finished_at timestamp, invocation_id varchar
        );
        {%- for name in selected_resources -%}
            {%- do statuses.update({name: 'unfinished'}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for result in results -%}
            {%- do statuses.update({result.node.unique_id: result.status | string}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set built = [] -%}
    {%- for name in statuses if not name.startswith('test.') -%}
        {%- do built.append(name) -%}
    {%- endfor -%}
    {%- set rows = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'test'] -%}
        {%- set status = statuses.get(node.unique_id) -%}
        {%- if status == 'success' and (invocation_args_dict.get('empty') or invocation_args_dict.get('sample')) -%}
            {%- set status = 'empty' -%}
        {%- elif status is none and node.resource_type == 'test' and node.depends_on.nodes | select('in', built) | list -%}
            {%- set status = 'untested' -%}
        {%- endif -%}
        {%- do rows.append([
            node.unique_id, node.resource_type, tables.get(node.unique_id, ''), status or '',
        ]) -%}
    {%- endfor -%}
    {%- set variables = [] -%}
    {%- for name, value in (invocation_args_dict.get('vars') or {}) | dictsort -%}
        {#- A path can hold the name of a person, and DuckDB keeps in free blocks what a file once held. -#}
        {%- if name in ['raw_path', 'previous_database'] -%}
            {%- set value = (value | string).rstrip('/').split('/')[-1] ~ ' ' ~ local_md5(value | string) -%}
        {%- endif -%}
        {%- do variables.append(name ~ ': ' ~ value) -%}
    {%- endfor -%}
    create or replace table {{ target.database }}.quality.node_results as
    select
        nodes.node,
        nodes.resource_type,
        nullif(nodes.relation, '') as relation,
        coalesce(nullif(nodes.new_status, ''), before.status, 'missing') as status,
        if(nodes.new_status = '', before.variables, {{ dbt.string_literal(dbt.escape_single_quotes(variables | join(', '))) }}) as variables,
        if(nodes.new_status = '', before.stored_rows, tables.estimated_size) as stored_rows,
        if(nodes.new_status = '', before.finished_at, cast(now() as timestamp)) as finished_at,
        if(nodes.new_status = '', before.invocation_id, '{{ invocation_id }}') as invocation_id
    from (
        values
            {%- for row in rows %}
            ('{{ row | join("', '") }}'){{ ',' if not loop.last }}
            {%- endfor %}
    ) as nodes (node, resource_type, relation, new_status)
    left join {{ target.database }}.quality.node_results as before on nodes.node = before.node
    left join duckdb_tables() as tables
        on tables.database_name = '{{ target.database }}' and nodes.relation = tables.schema_name || '.' || tables.table_name
    ;
    comment on table {{ target.database }}.quality.node_results is
        'One row per model, seed and data test of the project: its result for the tables as they are now. A warehouse may be exported when all passed.';
    comment on column {{ target.database }}.quality.node_results.node is 'Name of the node in dbt (unique_id).';
    comment on column {{ target.database }}.quality.node_results.resource_type is 'model, seed or test.';
    comment on column {{ target.database }}.quality.node_results.relation is 'Table of a model or seed, as schema.table.';
    comment on column {{ target.database }}.quality.node_results.status is
        'success, pass or warn are good. fail, error, skipped, unfinished, untested, missing and empty are not.';
    comment on column {{ target.database }}.quality.node_results.variables is 'Variables given to the command.';
    comment on column {{ target.database }}.quality.node_results.stored_rows is 'Rows of the table when it was built.';
    comment on column {{ target.database }}.quality.node_results.finished_at is 'End of the command, UTC.';
    comment on column {{ target.database }}.quality.node_results.invocation_id is 'Identifier of the command in dbt.'
{%- endif -%}
{% endmacro %}
