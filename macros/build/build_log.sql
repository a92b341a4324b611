{#-
    The log of builds, quality.build_log: the exporter refuses a warehouse whose last build is unfinished, failed,
    or left the tests out.
-#}


{#- Only these commands change or judge the warehouse. -#}
{% macro is_logged_command() %}{{ return(flags.WHICH in ['build', 'run', 'seed', 'test']) }}{% endmacro %}


{% macro log_build_start() %}
    {{- adapter.dispatch('log_build_start', 'twe_ocmw')() -}}
{% endmacro %}


{% macro duckdb__log_build_start() %}
    {%- if execute and is_logged_command() -%}
        create schema if not exists quality;
        create table if not exists quality.build_log (
            invocation_id varchar,
            started_at timestamp,
            finished_at timestamp,
            command varchar,
            status varchar,
            failed bigint
        );
        insert into quality.build_log
        values (
            '{{ invocation_id }}', '{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S') }}', null, '{{ flags.WHICH }}', 'unfinished', null
        )
    {%- endif -%}
{% endmacro %}


{% macro spark__log_build_start() %}
    {%- if execute and is_logged_command() -%}
        {%- do run_query('create schema if not exists quality') -%}
        {%- do run_query(
            'create table if not exists quality.build_log (invocation_id string, started_at timestamp, finished_at timestamp,'
            ~ ' command string, status string, failed bigint) using ' ~ spark_file_format()
        ) -%}
        insert into quality.build_log
        values (
            '{{ invocation_id }}', cast('{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S') }}' as timestamp), null,
            '{{ flags.WHICH }}', 'unfinished', null
        )
    {%- endif -%}
{% endmacro %}


{% macro spark_file_format() %}{{ return(env_var('TWE_SPARK_FILE_FORMAT', 'parquet')) }}{% endmacro %}


{#-
    passed: everything was built and its data tested without a failure; failed: a node failed; untested: models were
    built without their data tests, or only a part was selected. Unit tests judge the code: they may be left out.
    Empty for a test that passed on what another command built: tests that pass once more take nothing away from the
    build before them.
-#}
{% macro build_status(results) %}
    {%- set failed = failed_nodes(results) -%}
    {%- set ns = namespace(whole=flags.WHICH == 'build') -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'test', 'seed'] -%}
        {%- if node.unique_id not in selected_resources -%}
            {%- set ns.whole = false -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if flags.WHICH == 'test' and not failed -%}
        {{ return('') }}
    {%- endif -%}
    {{ return('failed' if failed else 'passed' if ns.whole else 'untested') }}
{% endmacro %}


{% macro failed_nodes(results) %}
    {{ return(results | map(attribute='status') | map('string') | reject('in', ['success', 'pass', 'warn', 'no-op']) | list | length) }}
{% endmacro %}


{% macro log_build_end(results) %}
    {%- if execute and is_logged_command() -%}
        {{- adapter.dispatch('log_build_end', 'twe_ocmw')(build_status(results), failed_nodes(results)) -}}
    {%- endif -%}
{% endmacro %}


{% macro duckdb__log_build_end(status, failed) %}
    {%- if not status -%}
        delete from quality.build_log
        where invocation_id = '{{ invocation_id }}'
    {%- else -%}
        update quality.build_log
        set
            finished_at = cast(now() as timestamp),
            status = '{{ status }}',
            failed = {{ failed }}
        where invocation_id = '{{ invocation_id }}'
    {%- endif -%}
{% endmacro %}


{#- Parquet tables know no update: the few rows of the log are written again. -#}
{% macro spark__log_build_end(status, failed) %}
    {%- set columns = ['invocation_id', 'started_at', 'finished_at', 'command', 'status', 'failed'] -%}
    {%- set as_texts = [] -%}
    {%- for column in columns -%}
        {%- do as_texts.append('cast(' ~ column ~ ' as string)') -%}
    {%- endfor -%}
    {%- set now = modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S') -%}
    {%- set kept = [] -%}
    {%- for row in run_query('select ' ~ as_texts | join(', ') ~ ' from quality.build_log').rows -%}
        {%- if row[0] != invocation_id -%}
            {%- do kept.append(row) -%}
        {%- elif status -%}
            {%- do kept.append((row[0], row[1], now, row[3], status, failed)) -%}
        {%- endif -%}
    {%- endfor -%}
    insert overwrite table quality.build_log
    select
        invocation_id,
        cast(started_at as timestamp) as started_at,
        cast(finished_at as timestamp) as finished_at,
        command,
        status,
        cast(failed as bigint) as failed
    from values
        {%- for row in kept %}
        ({% for value in row %}{{ 'cast(null as string)' if value is none else "'" ~ value ~ "'" }}{{ ', ' if not loop.last }}{% endfor %}),
        {%- endfor %}
        (null, null, null, null, null, null) as log ({{ columns | join(', ') }})
    where invocation_id is not null
{% endmacro %}
