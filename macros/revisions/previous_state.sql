{#-
    Variable previous_database: the warehouse of an earlier as-of date, attached read-only beside the one being built,
    so that annex_revisions can compare the two. Each message is one sentence that names the variable and the file.
-#}


{#- Whether an earlier state is given. -#}
{% macro has_previous_state() %}{{ return(var('previous_database') is not none) }}{% endmacro %}


{#- The name under which the earlier warehouse is attached: never that of the one being built. -#}
{% macro previous_catalog() %}
    {{ return('earlier_state' if target.database | lower != 'earlier_state' else 'previous_state') }}
{% endmacro %}


{#- A mart of the earlier warehouse; stands where `ref` stands for the mart of this build. -#}
{% macro previous_mart(name) %}
    {{ return(api.Relation.create(database=previous_catalog(), schema='marts', identifier=name)) }}
{% endmacro %}


{#- The marts that annex_cells and annex_records read: the earlier warehouse must have their columns. -#}
{% macro compared_marts() %}
    {{ return([
        'annex_1_started_trajectories', 'annex_2_profile', 'annex_3_wage_subsidies', 'annex_3_by_booking_year',
        'annex_4_ended_trajectories', 'annex_5_outflow', 'annex_6_transmissions', 'annex_6_decisions', 'fct_trajectories',
        'fct_subsidy_lines', 'fct_subsidy_claims', 'fct_outflow', 'fct_transmissions', 'fct_trajectory_transmissions',
        'dim_parameters',
    ]) }}
{% endmacro %}


{#- A reason to refuse the variable as the whole sentence. -#}
{% macro previous_database_refused(reason) %}
    {{ return('The variable previous_database names ' ~ var('previous_database') ~ ', ' ~ reason ~ '.') }}
{% endmacro %}


{#- A path in which DuckDB sees no wildcard. -#}
{% macro literal_path(path) %}
    {{ return(modules.re.sub('([*?[])', '[\\1]', path)) }}
{% endmacro %}


{#-
    Attaches the earlier warehouse for the whole run, once it is known to be one. Whether it can be compared with this
    build is only known later: dim_previous_state judges that.
-#}
{% macro attach_previous_database() %}
    {%- do adapter.dispatch('attach_previous_database', 'twe_ocmw')() -%}
{% endmacro %}


{#- There is no file to attach on Spark. -#}
{% macro spark__attach_previous_database() %}
    {%- if has_previous_state() -%}
        {{ exceptions.raise_compiler_error('The variable previous_database compares warehouse files of DuckDB; there are none on Spark.') }}
    {%- endif -%}
{% endmacro %}


{% macro duckdb__attach_previous_database() %}
    {%- if execute and has_previous_state() -%}
        {%- set path = var('previous_database') | string -%}
        {%- if not run_query('select file from glob(' ~ sql_text(literal_path(path)) ~ ')').rows -%}
            {{ exceptions.raise_compiler_error(previous_database_refused('which is no file')) }}
        {%- endif -%}
        {%- if path.removeprefix('./') == target.path.removeprefix('./') -%}
            {{ exceptions.raise_compiler_error(previous_database_refused('which is the warehouse to be built')) }}
        {%- endif -%}
        {%- do run_query('attach if not exists ' ~ sql_text(path) ~ ' as ' ~ previous_catalog() ~ ' (read_only)') -%}
        {%- do check_previous_columns() -%}
        {%- do check_previous_build() -%}
        {%- do check_previous_settings() -%}
    {%- endif -%}
{% endmacro %}


{#- Refuses a file without the marts of this version of the project. -#}
{% macro check_previous_columns() %}
    {%- set found = {} -%}
    {%- set columns = run_query(
        "select table_schema || '.' || table_name, column_name from information_schema.columns where table_catalog = "
        ~ sql_text(previous_catalog())
    ) -%}
    {%- for table, column in columns.rows -%}
        {%- do found.setdefault(table, []).append(column) -%}
    {%- endfor -%}
    {%- for table in ['quality.build_log', 'marts.dim_parameters', 'marts.dim_reporting_years'] if table not in found -%}
        {{ exceptions.raise_compiler_error(previous_database_refused('which is no built warehouse (' ~ table ~ ' is missing)')) }}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name in compared_marts() -%}
        {%- for column in node.columns if column not in found.get('marts.' ~ node.name, []) -%}
            {{ exceptions.raise_compiler_error(previous_database_refused(
                'which another version of the project made (' ~ node.name ~ ' has no column ' ~ column ~ ')'
            )) }}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}


{#- Refuses a warehouse whose last build is not known to be right, as the exporter does. -#}
{% macro check_previous_build() %}
    {%- set last = run_query(
        'select status from ' ~ api.Relation.create(database=previous_catalog(), schema='quality', identifier='build_log')
        ~ ' order by started_at desc, rowid desc limit 1'
    ).rows -%}
    {%- set status = last[0][0] if last else 'unknown' -%}
    {%- if status != 'passed' -%}
        {{ exceptions.raise_compiler_error(previous_database_refused('whose last build has status ' ~ status ~ ', not passed')) }}
    {%- endif -%}
{% endmacro %}


{#- Refuses a warehouse that counted under other municipalities or measured at another moment: its figures answer another question. -#}
{% macro check_previous_settings() %}
    {%- set settings = {
        'municipality_of': var('municipality_of'), 'measure_months': measure_months(), 'window_months': window_months(),
    } -%}
    {%- set parameters = api.Relation.create(database=previous_catalog(), schema='marts', identifier='dim_parameters') -%}
    {%- set found = run_query('select ' ~ settings.keys() | join(', ') ~ ' from ' ~ parameters).rows -%}
    {%- for name, value in settings.items() if found and found[0][name] | string != value | string -%}
        {{ exceptions.raise_compiler_error(previous_database_refused(
            'whose variable ' ~ name ~ ' is ' ~ found[0][name] ~ ', not ' ~ value
        )) }}
    {%- endfor -%}
{% endmacro %}
