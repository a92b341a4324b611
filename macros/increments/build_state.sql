{#-
    What the next build may rest on: quality.build_state, one row about the last build of the models. A build that finds
    it complete, made by the same code under the same variables from files that are still there and the same, works
    only the files that are new (an increment); every other build works everything.
-#}


{#- Only these commands build models. -#}
{% macro is_building_command() %}{{ return(flags.WHICH in ['build', 'run']) }}{% endmacro %}


{% macro build_state_relation() %}{{ return(api.Relation.create(schema='quality', identifier='build_state')) }}{% endmacro %}


{#-
    The state as a map; empty when there is none, or when the engine builds everything every time. Hundreds of models and
    tests ask for it, so that a building command reads it once and keeps it beside the graph, which all its nodes share.
-#}
{% macro build_state() %}
    {%- if not execute -%}{{ return({}) }}{%- endif -%}
    {{ return(graph.build_state if 'build_state' in graph else last_build_state()) }}
{% endmacro %}


{#- The state as the last build left it. -#}
{% macro last_build_state() %}{{ return(adapter.dispatch('last_build_state', 'twe_ocmw')()) }}{% endmacro %}


{% macro default__last_build_state() %}{{ return({}) }}{% endmacro %}


{% macro duckdb__last_build_state() %}
    {#- A warehouse without its rows, such as one whose personal data were dropped, has no state to build on. -#}
    {%- set there = run_query(
        "select 1 from duckdb_tables() where database_name = current_database()"
        ~ " and (schema_name, table_name) in (('quality', 'build_state'), ('staging', 'stg_delivered_files'))"
    ).rows -%}
    {%- if there | length < 2 -%}{{ return({}) }}{%- endif -%}
    {%- set state = run_query('select * from ' ~ build_state_relation()) -%}
    {{ return(dict(zip(state.column_names, state.rows[0])) if state.rows else {}) }}
{% endmacro %}


{#- What the stored rows depend on besides the delivered files: the code, and the variables that models other than marts use. -#}
{% macro state_fingerprint() %}
    {%- set code = run_query('select models_fingerprint(' ~ sql_text(flags.PROJECT_DIR or '.') ~ ')').columns[0].values()[0] -%}
    {%- set variables = [
        var('geography_date'), var('municipality_of'), measure_months(), window_months(),
        'seeds' if var('raw_path') is none else 'files',
    ] -%}
    {{ return(code ~ ' ' ~ variables | join(' ')) }}
{% endmacro %}


{#-
    Decides whether this build is an increment and says so in the state, which stays incomplete until the build has
    ended well: a build that is broken off is never built on.
-#}
{% macro begin_build_state() %}
    {%- if execute and is_building_command() and target.type == 'duckdb' -%}
        {%- set fingerprint = state_fingerprint() -%}
        {%- set state = last_build_state() -%}
        {%- set is_increment = not flags.FULL_REFRESH and state.is_complete and state.as_of and state.fingerprint == fingerprint
            and are_landed_files_there() -%}
        create schema if not exists quality;
        create or replace table {{ build_state_relation() }} as
        select
            false as is_complete,
            {{ 'true' if is_increment else 'false' }} as is_increment,
            {{ 'true' if is_increment and state.is_tested else 'false' }} as is_tested,
            {{ sql_text(fingerprint) }} as fingerprint,
            cast({{ sql_text(state.as_of) if is_increment and state.as_of else 'null' }} as date) as as_of
        {%- do graph.update({'build_state': {
            'is_complete': false,
            'is_increment': true if is_increment else false,
            'is_tested': true if is_increment and state.is_tested else false,
            'fingerprint': fingerprint,
            'as_of': state.as_of if is_increment else none,
        }}) -%}
    {%- endif -%}
{% endmacro %}


{#-
    The state is complete when every model of the project was built by this command, and tested when every data test was
    run by it and held.
-#}
{% macro end_build_state(results) %}
    {%- if execute and is_building_command() and target.type == 'duckdb' -%}
        {%- set done = results | selectattr('status', 'in', ['success', 'pass', 'warn']) | map(attribute='node.unique_id') | list -%}
        {%- set left = {'model': [], 'test': []} -%}
        {%- for node in graph.nodes.values() if node.resource_type in left and node.unique_id not in done -%}
            {%- do left[node.resource_type].append(node.unique_id) -%}
        {%- endfor -%}
        update {{ build_state_relation() }}
        set
            is_tested = {{ (not left.test) | lower }}
            {%- if not left.model %},
            is_complete = true,
            as_of = (select as_of from intermediate.int_as_of)
            {%- endif %}
    {%- endif -%}
{% endmacro %}


{#- Whether this build is an increment. -#}
{% macro is_increment_build() %}
    {{ return(execute and build_state().is_increment is true) }}
{% endmacro %}


{#- Whether the model at hand adds to what it holds, in place of being made anew; never in a unit test, which has no table. -#}
{% macro is_increment() %}
    {{ return(execute and this is not none and is_incremental()) }}
{% endmacro %}


{#- dbt asks this before it builds an incremental model. -#}
{% macro should_full_refresh() %}
    {%- set wanted = config.get('full_refresh') -%}
    {{ return(wanted if wanted is not none else flags.FULL_REFRESH or not build_state().is_increment) }}
{% endmacro %}
