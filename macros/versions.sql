{#- The valid versions of a versioned extract that are visible on the as-of date: registered on or before that day. -#}
{% macro visible_versions(name) -%}
    select versions.*
    from ({{ valid_rows(name) }}) as versions
    inner join {{ ref('int_as_of') }} as as_of on {{ is_on_or_before('cast(versions.recorded_at as date)', 'as_of.as_of') }}
{%- endmacro %}


{#-
    The current records of a versioned extract: of the visible versions of a key the one recorded last, unless that one is void.
-#}
{% macro current_records(name, key) -%}
    select versions.*
    from ({{ valid_rows(name) }}) as versions
    inner join (
        select
            {{ key }},
            max(recorded_at) as recorded_at
        from ({{ visible_versions(name) }}) as visible
        group by {{ key }}
    ) as latest using ({{ key }}, recorded_at)
    where not versions.is_void
{%- endmacro %}
