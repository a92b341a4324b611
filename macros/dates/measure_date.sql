{#- The day on which the outcome of a trajectory is measured. -#}
{% macro measure_date(end_date) -%}
    {{ add_months(end_date, measure_months()) }}
{%- endmacro %}


{#- A number of months in Dutch, as SQL text: the only place of its singular and plural. -#}
{% macro months_in_dutch(months) -%}
    '{{ months }} {{ 'maand' if months == 1 else 'maanden' }}'
{%- endmacro %}


{#- The last day after the end of a trajectory of `cohort` on which its transmissions and competences count. -#}
{% macro window_end(cohort) -%}
    {%- if window_months() == measure_months() -%}
        {{ cohort }}.measure_date
    {%- else -%}
        {{ add_months(cohort ~ '.end_date', window_months()) }}
    {%- endif -%}
{%- endmacro %}
