with

{% set names = extract_names() -%}
{% set files = files_with_new_rejects() if is_increment() else files_to_land() -%}

files as (
    select * from {{ ref('stg_delivered_files') }}
),

{% if is_increment() -%}
quarantined_before as (
    select * from {{ this }}
),

{% endif -%}
rejected as (
    {%- for name in names %}
    {%- for kind in ['faults', 'repeats'] %}
    select
        files.extract,
        files.source_file,
        rejected.*
    from {{ ref('int_' ~ name ~ '__' ~ kind) }} as rejected
    inner join files on rejected.file_id = files.file_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

rejected_anew as (
    select rejected.*
    from rejected
    {%- if is_increment() %}
    anti join quarantined_before using (extract, source_file, source_row, reasons)
    {%- endif %}
),

{% for name in names -%}
{{ name }}_delivered as (
    {{ rejected_rows_as_delivered('raw_' ~ name, 'rejected_anew', files) }}
),

{% endfor -%}

final as (
    {%- if is_increment() %}
    select quarantined_before.*
    from quarantined_before
    semi join rejected using (extract, source_file, source_row, reasons)
    union all
    {%- endif %}
    {%- for name in names %}
    {%- set columns = contract_columns('raw_' ~ name) | map(attribute='name') | list %}
    select
        files.extract,
        files.source_file,
        delivered.source_row,
        delivered.reasons,
        {{ columns_as_json(columns) }} as content
    from {{ name }}_delivered as delivered
    inner join files on delivered.file_id = files.file_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
