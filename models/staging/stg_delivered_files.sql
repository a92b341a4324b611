with

final as (
    {%- if var('raw_path') is none %}
    {%- for extract in var('raw_extracts') %}
    select
        cast({{ loop.index }} as integer) as file_id,
        '{{ extract }}' as extract,
        '{{ extract }}' as source_file,
        cast(null as bigint) as bytes,
        cast(null as string) as sha256
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- else %}
    select
        file_id,
        extract,
        source_file,
        bytes,
        sha256
    from {{ source('landing', 'delivered_files') }}
    {%- endif %}
)

select * from final
