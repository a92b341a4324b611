{% if has_previous_state() -%}
{{ annex_cells(previous_mart) }}
{%- else -%}
select *
from {{ ref('int_annex_cells') }}
where false
{%- endif %}
