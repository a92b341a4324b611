{#- The checks that every extract needs, made from its columns in the contract. -#}


{#- True when a required column of `relation` is empty. -#}
{% macro is_required_value_missing(extract, relation) -%}
    (
        {%- for column in contract_columns(extract) if column.presence == 'required' %}
            {{ 'or ' if not loop.first }}(
                {{- relation }}.{{ column.name }} is null
                {%- if column.type != 'text' %} and {{ relation }}.{{ column.name }}_unread is null{% endif -%}
            )
        {%- endfor %}
    )
{%- endmacro %}


{#- True when a value that must be readable is not. -#}
{% macro is_value_unreadable(extract, relation) -%}
    (
        {%- for column in contract_columns(extract) if column.presence != 'optional' and column.type != 'text' %}
            {{ 'or ' if not loop.first }}{{ relation }}.{{ column.name }}_unread is not null
        {%- endfor %}
    )
{%- endmacro %}


{#- The rows of `relation` for which a check holds, with the names of these checks as reasons, separated by commas. -#}
{% macro rows_with_reasons(relation, checks) -%}
    select
        file_id,
        source_row,
        concat_ws(
            ',',
            {%- for check in checks %}
            case when {{ check }} then '{{ check }}' end{{ ',' if not loop.last }}
            {%- endfor %}
        ) as reasons
    from {{ relation }}
    where
        {%- for check in checks %}
        {{ 'or ' if not loop.first }}{{ check }}
        {%- endfor %}
{%- endmacro %}


{#-
    The repeated rows among those without another reason: copies of a row under `duplicate_row` (all but the first in the
    order of the names of the files), then rows that share their key with a different row under `conflict_reason` (all of
    them). An increment judges only the rows with a key of a new row.
-#}
{% macro repeated_rows(extract, staged, faults, files, conflict_reason) -%}
    {%- set key = extract_key(extract) | join(', ') -%}
    {%- set content = [] -%}
    {%- for column in contract_columns(extract) -%}
        {%- do content.append(column.name) -%}
        {%- if column.type != 'text' -%}
            {%- do content.append(column.name ~ '_unread') -%}
        {%- endif -%}
    {%- endfor -%}
with

-- Apart from `staged`, as the whole of a large table is kept aside when it is read twice under one name.
keys as (
    select
        file_id,
        source_row,
        {{ key }}
    from {{ staged }}
),

staged as (
    select * from {{ staged }}
),

faults as (
    select * from {{ faults }}
),

files as (
    select * from {{ files }}
),

{% if is_increment() -%}
new_keys as (
    select {{ key }}
    from {{ staged }}
    semi join {{ new_files() }} as new_files using (file_id)
),

{% endif -%}
repeated_keys as (
    select {{ key }}
    from keys
    {%- if is_increment() %}
    semi join new_keys using ({{ key }})
    {%- endif %}
    anti join faults on keys.file_id = faults.file_id and keys.source_row = faults.source_row
    group by {{ key }}
    having count(*) > 1
),

sound as (
    select staged.*
    from staged
    semi join repeated_keys using ({{ key }})
    anti join faults on staged.file_id = faults.file_id and staged.source_row = faults.source_row
),

repeated as (
    select
        sound.*,
        row_number() over (
            partition by {{ content | join(', ') }}
            order by files.source_file, sound.source_row
        ) as copy_number
    from sound
    inner join files on sound.file_id = files.file_id
),

counted as (
    select
        *,
        count(case when copy_number = 1 then 1 end) over (partition by {{ key }}) as different_rows
    from repeated
),

final as (
    select
        file_id,
        source_row,
        case when copy_number > 1 then 'duplicate_row' else '{{ conflict_reason }}' end as reasons
    from counted
    where
        copy_number > 1
        or different_rows > 1
)

select * from final
{%- endmacro %}


{#- The rows of an extract that count: those without any reason against them. -#}
{% macro accepted_rows(staged, faults, repeats) -%}
with

staged as (
    select * from {{ staged }}
),

rejected as (
    select file_id, source_row from {{ faults }}
    union all
    select file_id, source_row from {{ repeats }}
),

final as (
    select staged.*
    from staged
    anti join rejected on staged.file_id = rejected.file_id and staged.source_row = rejected.source_row
)

select * from final
{%- endmacro %}
