{#-
    Under which municipality a record stands: that of its OCMW, or with variable municipality_of that of the residence of
    its client. Every record has one, so that totals hold: a residence that is unknown or outside Flanders has a code of
    its own, seed unknown_residence.
-#}


{% macro unknown_residence() %}{{ return("'00000'") }}{% endmacro %}


{#- Joins `places` (ocmw_nis, nis_code) to trajectories, which know both codes. -#}
{% macro join_place_of_trajectory(trajectories, places) -%}
    {%- if by_residence() -%}
    left join {{ places }} on {{ trajectories }}.residence_nis = {{ places }}.ocmw_nis
    {%- else -%}
    inner join {{ places }} on {{ trajectories }}.ocmw_nis = {{ places }}.ocmw_nis
    {%- endif -%}
{%- endmacro %}


{#-
    Joins `places` to records of a month worked (client_id, ocmw_nis, performance_month): by residence these are the
    residences of clients, each from a month until the next.
-#}
{% macro join_place_of_month(records, places) -%}
    {%- if by_residence() -%}
    left join {{ places }}
        on
            {{ records }}.client_id = {{ places }}.client_id
            and {{ records }}.performance_month >= {{ places }}.first_month
            and coalesce({{ records }}.performance_month < {{ places }}.next_month, true)
    {%- else -%}
    inner join {{ places }} on {{ records }}.ocmw_nis = {{ places }}.ocmw_nis
    {%- endif -%}
{%- endmacro %}


{#- The model that join_place_of_month joins. -#}
{% macro places_of_months() -%}
    {{ ref('int_clients__residences' if by_residence() else 'int_municipalities__reported') }}
{%- endmacro %}


{#- The code under which the record stands that `places` was joined to. -#}
{% macro place_code(places) -%}
    {%- if by_residence() -%}
        coalesce({{ places }}.nis_code, {{ unknown_residence() }})
    {%- else -%}
        {{ places }}.nis_code
    {%- endif -%}
{%- endmacro %}
