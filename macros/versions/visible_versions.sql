{#-
    The accepted versions of a versioned extract that are visible on the as-of date: registered on or before that day.
-#}
{% macro visible_versions(accepted) -%}
    select accepted.*
    from {{ accepted }} as accepted
    inner join {{ ref('int_as_of') }} as as_of on {{ has_come('cast(accepted.recorded_at as date)', 'as_of.as_of') }}
{%- endmacro %}
