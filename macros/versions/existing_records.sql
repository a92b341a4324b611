{#-
    The records of a versioned extract that exist: of the accepted versions visible on the as-of date the one recorded
    last, unless that one is void. An increment looks at the changed records only.
-#}
{% macro existing_records(accepted, extract) -%}
{%- set key = extract_key(extract)[0] -%}
with

visible as (
    {{ visible_versions(accepted) }}
    where {{ is_changed_record('accepted.' ~ key, extract) }}
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
