-- Staging has every row of the bundled seeds, each in a file of the seed's name: the balance counts from staging on
-- and would not miss one. Without seeds there is nothing to compare; a disabled test would make a build of a delivery
-- count as untested.
with

files as (
    select * from {{ ref('stg_delivered_files') }}
),

counts as (
    {%- for extract in var('raw_extracts') %}
    select
        '{{ extract }}' as extract,
        {% if var('raw_path') is none -%}
        (select count(*) from {{ ref(extract) }}) as rows_delivered,
        {%- else -%}
        cast(null as bigint) as rows_delivered,
        {%- endif %}
        (
            select count(*)
            from {{ ref('stg_' ~ extract | replace('raw_', '')) }} as staged
            inner join files on staged.file_id = files.file_id
            where files.source_file = '{{ extract }}'
        ) as rows_landed
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select *
from counts
where rows_delivered <> rows_landed
