{#-
    The log of builds, quality.build_log: the exporter refuses a warehouse whose last build is unfinished, failed,
    or left the tests out.
-#}


{#- Only these commands change or judge the warehouse. -#}
{% macro is_logged_command() %}{{ return(flags.WHICH in ['build', 'run', 'seed', 'test']) }}{% endmacro %}


{% macro log_build_start() %}
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


{#-
    passed: everything was built and tested without a failure; failed: a node failed; untested: models were built
    without their tests, or only a part was selected.
-#}
{% macro log_build_end(results) %}
    {%- if execute and is_logged_command() -%}
        {%- set failed = results | map(attribute='status') | map('string') | reject('in', ['success', 'pass', 'warn', 'no-op']) | list | length -%}
        {#- Unit tests are not in the graph: that some ran is the sign that they were not left out. -#}
        {%- set unit_tests = results | map(attribute='node.resource_type') | select('equalto', 'unit_test') | list -%}
        {%- set ns = namespace(whole=flags.WHICH == 'build' and unit_tests | length > 0) -%}
        {%- for node in graph.nodes.values() if node.resource_type in ['model', 'test', 'seed'] -%}
            {%- if node.unique_id not in selected_resources -%}
                {%- set ns.whole = false -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if flags.WHICH == 'test' and not failed -%}
        -- Tests that pass once more take nothing away from the build before them.
        delete from quality.build_log
        where invocation_id = '{{ invocation_id }}'
        {%- else -%}
        update quality.build_log
        set
            finished_at = cast(now() as timestamp),
            status = '{{ 'failed' if failed else 'passed' if ns.whole else 'untested' }}',
            failed = {{ failed }}
        where invocation_id = '{{ invocation_id }}'
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
