{#-
    The records of a versioned extract that exist: of the accepted versions visible on the as-of date the one recorded
    last, unless that one is void.
-#}
{% macro existing_records(accepted, key) -%}
with

visible as (
    {{ visible_versions(accepted) }}
),

latest as (
    select
        {{ key }},
        max(recorded_at) as recorded_at
    from visible
    group by {{ key }}
),

final as (
    select visible.*
    from visible
    inner join latest using ({{ key }}, recorded_at)
    where not visible.is_void
)

select * from final
{%- endmacro %}
