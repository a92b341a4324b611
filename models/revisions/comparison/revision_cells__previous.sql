{% if var('previous_database') is not none -%}
{{ annex_cells(previous_mart) }}
{%- else -%}
select *
from {{ ref('revision_cells') }}
where false
{%- endif %}
