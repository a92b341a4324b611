{#-
    Variable previous_database: the warehouse of an earlier as-of date, attached read-only beside the one being built,
    so that annex_revisions can compare the two.
-#}


{#-
    Attaches the earlier warehouse for the whole run, once it is known to be a sound one. Whether its as-of date, municipalities
    and years can be compared with this build is only known later: dim_previous_state checks that.
-#}
{% macro attach_previous_database() %}
{%- if execute and var('previous_database') is not none -%}
    {%- if target.type != 'duckdb' -%}
        {{ exceptions.raise_compiler_error('The variable previous_database compares warehouse files of DuckDB; there are none on Spark.') }}
    {%- endif -%}
    {%- set path = var('previous_database') | string -%}
    {%- set refused = 'The variable previous_database names ' ~ path ~ ', ' -%}

    {#- A wildcard in brackets is an ordinary character to glob. -#}
    {%- set pattern = modules.re.sub('([*?[])', '[\\1]', path) -%}
    {%- if not run_query('select file from glob(' ~ dbt.string_literal(dbt.escape_single_quotes(pattern)) ~ ')').rows -%}
        {{ exceptions.raise_compiler_error(refused ~ 'which does not exist.') }}
    {%- endif -%}
    {%- if path.removeprefix('./') == env_var('TWE_DATABASE', 'twe.duckdb').removeprefix('./') -%}
        {{ exceptions.raise_compiler_error(refused ~ 'which is the warehouse to be built.') }}
    {%- endif -%}
    {%- do run_query('attach if not exists ' ~ dbt.string_literal(dbt.escape_single_quotes(path)) ~ ' as earlier_state (read_only)') -%}

    {#- It must have the layout of this version of the project. -#}
    {%- set found = {} -%}
    {%- set columns = run_query(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() where database_name = 'earlier_state'"
    ) -%}
    {%- for table, column in columns.rows -%}
        {%- do found.setdefault(table, []).append(column) -%}
    {%- endfor -%}
    {%- for table in ['quality.node_results', 'marts.dim_parameters', 'marts.dim_reporting_years'] if table not in found -%}
        {{ exceptions.raise_compiler_error(refused ~ 'which is not a built warehouse (' ~ table ~ ' is missing).') }}
    {%- endfor -%}
    {%- set has_layout = 'layout_version' in found['marts.dim_parameters'] -%}
    {%- set layout = run_query('select max(layout_version) from earlier_state.marts.dim_parameters').rows[0][0] if has_layout -%}
    {%- if layout | string != var('layout_version') | string -%}
        {{ exceptions.raise_compiler_error(refused ~ 'which was made by another version of the project: build it again.') }}
    {%- endif -%}

    {#- Everything in it must have been built and have passed its test, as the exporter demands. -#}
    {%- set failed = run_query(
        "select node, status from earlier_state.quality.node_results where status not in ('success', 'pass', 'warn') order by node limit 1"
    ).rows -%}
    {%- if failed -%}
        {{ exceptions.raise_compiler_error(refused ~ 'in which ' ~ failed[0][0] ~ ' has status ' ~ failed[0][1] ~ '.') }}
    {%- endif -%}

    {#- Figures of other municipalities or of another moment answer another question. -#}
    {%- set settings = {
        'municipality_of': var('municipality_of'), 'measure_months': var('measure_months') | int, 'window_months': window_months(),
    } -%}
    {%- set parameters = run_query('select ' ~ settings | join(', ') ~ ' from earlier_state.marts.dim_parameters').rows -%}
    {%- for name, value in settings.items() if parameters and parameters[0][name] | string != value | string -%}
        {{ exceptions.raise_compiler_error(refused ~ 'whose variable ' ~ name ~ ' is ' ~ parameters[0][name] ~ ', not ' ~ value ~ '.') }}
    {%- endfor -%}
{%- endif -%}
{% endmacro %}
