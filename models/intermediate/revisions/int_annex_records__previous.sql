{% if has_previous_state() -%}
{{ annex_records(previous_mart) }}
{%- else -%}
select *
from {{ ref('int_annex_records') }}
where false
{%- endif %}
