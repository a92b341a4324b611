{#- The delivered rows of an extract: the bundled seed, or what was landed of the folder in variable raw_path. -#}
{% macro delivered_rows(extract) -%}
    {%- if var('raw_path') is none -%}
    select
        {{ var('raw_extracts').index(extract) + 1 }} as file_id,
        row_number() over () as source_row,
        false as has_surplus_fields,
        seed.*
    from {{ ref(extract) }} as seed
    {%- else -%}
    select * from {{ source('landing', extract) }}
    {%- endif -%}
{%- endmacro %}


{#-
    Makes the relations of source `landing` from the folder in variable raw_path, before anything is built. On DuckDB they are views
    over the delivered files; on Spark over the Parquet files that the same landing wrote before (docs/spark.md).
-#}
{% macro land_delivery() %}
    {%- if execute and var('raw_path') is not none and flags.WHICH in ['build', 'run'] -%}
        {%- do adapter.dispatch('land_delivery', 'twe_ocmw')(var('raw_path') | string) -%}
    {%- endif -%}
{% endmacro %}


{% macro duckdb__land_delivery(folder) %}
    {#- Without dbt-duckdb's plugin, as in dbt 2, the delivery was landed before the build. -#}
    {%- if not run_query("select 1 from duckdb_functions() where function_name = 'land_delivery'").rows -%}
        {{ return('') }}
    {%- endif -%}
    {%- set landed = fromjson(run_query('select land_delivery(' ~ dbt.string_literal(dbt.escape_single_quotes(folder)) ~ ')').columns[0].values()[0]) -%}
    {%- if landed.fault -%}
        {{ exceptions.raise_compiler_error(landed.fault) }}
    {%- endif -%}
    {%- for warning in landed.warnings -%}
        {%- do exceptions.warn(warning) -%}
    {%- endfor -%}
    {%- do run_query(landed.sql) -%}
{% endmacro %}


{% macro spark__land_delivery(folder) %}
    {%- do run_query('create schema if not exists landing') -%}
    {%- for name in var('raw_extracts') + ['delivered_files'] -%}
        {%- do run_query('create or replace view landing.' ~ name ~ ' as select * from parquet.`' ~ folder ~ '/' ~ name ~ '.parquet`') -%}
    {%- endfor -%}
{% endmacro %}
