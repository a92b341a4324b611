{#-
    The records of a versioned extract that exist: of the accepted versions visible on the as-of date the one recorded
    last, unless that one is void. An increment looks at the changed records only.
-#}
{% macro existing_records(accepted, extract) -%}
{%- set key = extract_key(extract)[0] -%}
{#- dbt has to know that the changes come first. -#}
{%- if not execute -%}{%- do ref('int_changed_keys') -%}{%- endif -%}
with

visible as (
    {{ visible_versions(accepted) }}
    {%- if is_increment() %}
    where accepted.{{ key }} in {{ changed_records(extract) }}
    {%- endif %}
),

latest as (
    select
        {{ key }},
        max(recorded_at) as recorded_at
    from visible
    group by {{ key }}
),

versions as (
    select * from {{ accepted }}
),

final as (
    select versions.*
    from versions
    inner join latest using ({{ key }}, recorded_at)
    where not versions.is_void
)

select * from final
{%- endmacro %}
