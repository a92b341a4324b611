{#-
    Under which municipality a record stands: that of its OCMW, or with variable municipality_of that of the residence of
    its client. Every record has one, so that totals hold: a residence that is unknown or outside Flanders has a code of
    its own, seed unknown_residence.
-#}


{% macro unknown_residence() %}{{ return("'00000'") }}{% endmacro %}


{#-
    Joins `places` with their nis_code to records of a month worked (client_id, ocmw_nis, performance_month): the municipalities of
    the OCMWs, or the residences of clients, each from a month until the next.
-#}
{% macro join_place_of_month(records) -%}
    {%- if var('municipality_of') == 'residence' -%}
    left join {{ ref('int_clients__residences') }} as places
        on
            {{ records }}.client_id = places.client_id
            and {{ records }}.performance_month >= places.first_month
            and coalesce({{ records }}.performance_month < places.next_month, true)
    {%- else -%}
    inner join {{ ref('int_municipalities__reported') }} as places on {{ records }}.ocmw_nis = places.ocmw_nis
    {%- endif -%}
{%- endmacro %}
