-- Every staged row is of a landed file of its own extract, and the rows of a file are numbered from 1 without a gap.
with

staged as (
    {%- for extract in var('raw_extracts') %}
    select
        '{{ extract }}' as extract,
        file_id,
        count(*) as rows_found,
        min(source_row) as first_row,
        max(source_row) as last_row
    from {{ ref('stg_' ~ extract | replace('raw_', '')) }}
    group by file_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

files as (
    select * from {{ ref('stg_delivered_files') }}
)

select
    staged.extract,
    staged.file_id,
    staged.rows_found,
    staged.first_row,
    staged.last_row
from staged
left join files
    on
        staged.extract = files.extract
        and staged.file_id = files.file_id
where
    files.file_id is null
    or staged.first_row <> 1
    or staged.last_row <> staged.rows_found
