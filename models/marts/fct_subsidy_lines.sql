{{ config(meta={'changed_in': changes_of_lines(), 'worked_rows': 'intermediate.int_subsidies__changed_lines'}) }}
{#- The tests of an increment look at the lines of the changed clients: dbt has to know that these come first. -#}
{%- if not execute -%}{%- do ref('int_subsidies__changed_lines') -%}{%- endif -%}
{{ placed_lines() }}
