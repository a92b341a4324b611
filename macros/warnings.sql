{#- One warning per optional value of a valid row that could not be read and so counts as not given. -#}
{% macro unread_warnings(extract, relation) -%}
    {%- set key = contract_columns(extract) | map(attribute='name') | first -%}
    {%- for column in contract_columns(extract) if column.presence == 'optional' and column.reads_as != 'text' %}
    {{ 'union all' if not loop.first }}
    select
        '{{ extract }}' as extract,
        {{ key }} as record_key,
        'unreadable_value' as warning,
        concat_ws('', '{{ column.name }}: ', {{ column.name }}_unread) as detail,
        file_id,
        source_row
    from {{ relation }}
    where {{ column.name }}_unread is not null
    {%- endfor %}
{%- endmacro %}


{#- One warning per valid row whose optional `column` is filled with a code that `codes` (a relation and its column) lacks. -#}
{% macro unknown_code_warnings(extract, relation, key, column, codes, code_column) -%}
    select
        '{{ extract }}' as extract,
        {{ relation }}.{{ key }} as record_key,
        'unknown_code' as warning,
        concat_ws('', '{{ column }}: ', {{ relation }}.{{ column }}) as detail,
        {{ relation }}.file_id,
        {{ relation }}.source_row
    from {{ relation }}
    anti join {{ codes }} on {{ relation }}.{{ column }} = {{ codes }}.{{ code_column }}
    where {{ relation }}.{{ column }} is not null
{%- endmacro %}


{#- The warnings of `found` with the place of the row that they are about: the name of its file and its number there. -#}
{% macro placed_warnings(found) -%}
    select
        {{ found }}.extract,
        {{ found }}.record_key,
        {{ found }}.warning,
        concat_ws('', {{ found }}.detail, ' (', files.source_file, ', row ', {{ found }}.source_row, ')') as detail
    from {{ found }}
    inner join {{ ref('stg_delivered_files') }} as files on {{ found }}.file_id = files.file_id
{%- endmacro %}
