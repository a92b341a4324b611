{#- The files with a row that is rejected now and was not, or for other reasons, when the quarantine was filled before. -#}
{% macro files_with_new_rejects() %}
    {%- set selects = [] -%}
    {%- for name in extract_names() -%}
        {%- for kind in ['faults', 'repeats'] -%}
            {%- do selects.append('select file_id, source_row, reasons from ' ~ ref('int_' ~ name ~ '__' ~ kind)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set rows = run_query(
        'select distinct file_id from (' ~ selects | join(' union all ') ~ ') inner join ' ~ ref('stg_delivered_files')
        ~ ' using (file_id) anti join ' ~ this.include(database=false) ~ ' using (extract, source_file, source_row, reasons)'
    ).rows -%}
    {{ return(files_to_read_again(rows | map(attribute=0) | map('int') | list)) }}
{% endmacro %}


{#- Incremental strategy `whole`: the model says everything that it shall hold. -#}
{% macro get_incremental_whole_sql(arg_dict) -%}
    delete from {{ arg_dict.target_relation }};
    {{ get_incremental_append_sql(arg_dict) }}
{%- endmacro %}
