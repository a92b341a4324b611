with

final as (
    {%- for file in files_to_land() %}
    select
        cast({{ file.file_id }} as integer) as file_id,
        {{ sql_text(file.extract) }} as extract,
        {{ sql_text(file.name) }} as source_file,
        cast({{ file.bytes if file.bytes else 'null' }} as bigint) as bytes,
        cast({{ sql_text(file.seen_as) if file.seen_as else 'null' }} as string) as seen_as,
        cast({{ sql_text(file.sha256) if file.sha256 else 'null' }} as string) as sha256,
        '{{ invocation_id }}' as landed_by
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as integer) as file_id,
        cast(null as string) as extract,
        cast(null as string) as source_file,
        cast(null as bigint) as bytes,
        cast(null as string) as seen_as,
        cast(null as string) as sha256,
        cast(null as string) as landed_by
    where false
    {%- endfor %}
)

select * from final
