{% if var('previous_database') is not none -%}
{{ annex_records(previous_mart) }}
{%- else -%}
select *
from {{ ref('revision_records') }}
where false
{%- endif %}
