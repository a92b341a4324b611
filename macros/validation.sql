{#- The checks that every extract needs, made from its columns in variable raw_columns. -#}


{#- Two checks as columns: a required value is missing, and a value that must be readable is not. -#}
{% macro value_checks(extract, relation) -%}
    (
        {%- for column in var('raw_columns')[extract] if column.presence == 'required' %}
            {{ 'or ' if not loop.first }}({{ relation }}.{{ column.name }} is null
                {%- if column.reads_as != 'text' %} and {{ relation }}.{{ column.name }}_unread is null{% endif %})
        {%- endfor %}
        ) as missing_required,
        (
        {%- for column in var('raw_columns')[extract] if column.presence != 'optional' and column.reads_as != 'text' %}
            {{ 'or ' if not loop.first }}{{ relation }}.{{ column.name }}_unread is not null
        {%- endfor %}
        ) as unreadable_value
{%- endmacro %}


{#- The columns that the reasons are about: empty or unreadable ones, and those of `others`, which maps a column to a condition. -#}
{% macro columns_at_fault(extract, relation, others) -%}
    concat_ws(
            ',',
            {%- for column in var('raw_columns')[extract] if column.presence != 'optional' or column.name in others %}
            {%- set conditions = [others[column.name]] if column.name in others else [] -%}
            {%- if column.reads_as != 'text' and column.presence != 'optional' -%}
                {%- do conditions.append(relation ~ '.' ~ column.name ~ '_unread is not null') -%}
            {%- endif -%}
            {%- if column.presence == 'required' -%}
                {%- do conditions.append(relation ~ '.' ~ column.name ~ ' is null') -%}
            {%- endif %}
            case when {{ conditions | join(' or ') }} then '{{ column.name }}' end,
            {%- endfor %}
            null
        )
{%- endmacro %}


{#- The rows of the CTE `checked` for which one of its checks holds, with the names of these checks as reasons, separated by commas, and its
    fault_columns. -#}
{% macro rows_with_reasons(checks) -%}
    select
        file_id,
        source_row,
        concat_ws(
            ',',
            {%- for check in checks %}
            case when {{ check }} then '{{ check }}' end{{ ',' if not loop.last }}
            {%- endfor %}
        ) as reasons,
        nullif(fault_columns, '') as fault_columns
    from checked
    where
        {%- for check in checks %}
        {{ 'or ' if not loop.first }}{{ check }}
        {%- endfor %}
{%- endmacro %}


{#-
    The duplicates among the rows of `staged` that are not in the CTE `invalid`: copies of a row under `duplicate_row` (all but the
    first, in the order of the files and their rows), then the rows that share their key with a different row under
    `conflict_reason` (all of them). Only the keys are read of a large table; whole rows only where a key occurs twice.
-#}
{% macro duplicate_rows(extract, staged, key, conflict_reason) -%}
    {%- set content = [] -%}
    {%- for column in var('raw_columns')[extract] -%}
        {%- do content.append('staged.' ~ column.name) -%}
        {%- if column.reads_as != 'text' and column.presence == 'optional' -%}
            {%- do content.append('staged.' ~ column.name ~ '_unread') -%}
        {%- endif -%}
    {%- endfor %}
    select
        file_id,
        source_row,
        case when copy_number > 1 then 'duplicate_row' else '{{ conflict_reason }}' end as reasons,
        cast(null as {{ dbt.type_string() }}) as fault_columns
    from (
        select
            *,
            count(case when copy_number = 1 then 1 end) over (partition by {{ key }}) as different_rows
        from (
            select
                staged.file_id,
                staged.source_row,
                staged.{{ key.split(', ') | join(', staged.') }},
                row_number() over (
                    partition by {{ content | join(', ') }}
                    order by staged.file_id, staged.source_row
                ) as copy_number
            from {{ staged }} as staged
            semi join (
                select {{ key }}
                from {{ staged }} as keys
                anti join invalid on keys.file_id = invalid.file_id and keys.source_row = invalid.source_row
                group by {{ key }}
                having count(*) > 1
            ) as repeated_keys using ({{ key }})
            anti join invalid on staged.file_id = invalid.file_id and staged.source_row = invalid.source_row
        ) as numbered
    ) as counted
    where
        copy_number > 1
        or different_rows > 1
{%- endmacro %}


{#- The rows of an extract that count: those without any reason against them. -#}
{% macro valid_rows(name) -%}
    select staged.*
    from {{ ref('stg_' ~ name) }} as staged
    anti join {{ ref('int_' ~ name ~ '__rejected') }} as rejected
        on
            staged.file_id = rejected.file_id
            and staged.source_row = rejected.source_row
{%- endmacro %}
