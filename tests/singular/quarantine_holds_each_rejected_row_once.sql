-- Every rejected row is in the quarantine with its content: the rows found again in the files are those rejected.
with

rejected_rows as (
    {%- for extract in var('raw_extracts') %}
    select
        file_id,
        source_row
    from {{ ref('int_' ~ extract | replace('raw_', '') ~ '__rejected') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

rejected as (
    select
        files.extract,
        files.source_file,
        rejected_rows.source_row
    from rejected_rows
    inner join {{ ref('stg_delivered_files') }} as files on rejected_rows.file_id = files.file_id
),

quarantine as (
    select * from {{ ref('quarantine') }}
)

select
    rejected.extract,
    rejected.source_file,
    rejected.source_row
from rejected
full join quarantine
    on
        rejected.extract = quarantine.extract
        and rejected.source_file = quarantine.source_file
        and rejected.source_row = quarantine.source_row
where
    rejected.extract is null
    or quarantine.extract is null
