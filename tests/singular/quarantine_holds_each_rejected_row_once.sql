-- Every rejected row is in the quarantine with its content: the rows found again in the files are those rejected.
with

rejected as (
    {%- for name in extract_names() %}
    select
        'raw_{{ name }}' as extract,
        source_file,
        source_row
    from {{ ref('int_' ~ name ~ '__faults') }}
    union all
    select
        'raw_{{ name }}' as extract,
        source_file,
        source_row
    from {{ ref('int_' ~ name ~ '__repeats') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
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
