with

{% set names = var('raw_extracts') | map('replace', 'raw_', '') | list -%}

files as (
    select * from {{ ref('stg_delivered_files') }}
),

{% for name in names -%}
{%- set content = {} -%}
{%- for column in var('raw_columns')['raw_' ~ name] -%}
{%- set is_text = column.reads_as in ['text', 'nis'] or var('raw_path') is none -%}
{%- set native = 'cast(' ~ column.name ~ '_native as string)' -%}
{%- do content.update({column.name: column.name if is_text else 'coalesce(' ~ column.name ~ ', ' ~ native ~ ')'}) -%}
{%- endfor -%}
{{ name }} as (
    select
        rejected.file_id,
        rejected.source_row,
        rejected.reasons,
        rejected.fault_columns,
        {{ to_json_object(content) }} as content
    from ({{ delivered_rows('raw_' ~ name) }}) as delivered
    inner join {{ ref('int_' ~ name ~ '__rejected') }} as rejected
        on
            delivered.file_id = rejected.file_id
            and delivered.source_row = rejected.source_row
),

{% endfor -%}

rejected as (
    {%- for name in names %}
    select * from {{ name }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        files.extract,
        files.source_file,
        rejected.source_row,
        rejected.reasons,
        rejected.fault_columns as columns,
        rejected.content
    from rejected
    inner join files on rejected.file_id = files.file_id
)

select * from final
