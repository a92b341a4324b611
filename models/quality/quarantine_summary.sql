with

{% set names = var('raw_extracts') | map('replace', 'raw_', '') | list -%}
{% set digits_and_letters = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ' -%}
{% set their_shape = '9' * 10 + 'a' * 26 + 'A' * 26 -%}

files as (
    select * from {{ ref('stg_delivered_files') }}
),

reasons as (
    select code as reason
    from {{ ref('quality_codes') }}
    where
        code_list = 'reason'
        and code not in ('missing_required', 'unreadable_value', 'unknown_municipality', 'unknown_code')
),

{% for name in names -%}
{{ name }} as (
    select
        staged.*,
        rejected.reasons,
        rejected.fault_columns
    from {{ ref('stg_' ~ name) }} as staged
    inner join {{ ref('int_' ~ name ~ '__rejected') }} as rejected
        on
            staged.file_id = rejected.file_id
            and staged.source_row = rejected.source_row
),

{% endfor -%}
-- Each reason of a row, with the column that it is about and its value where there are such.
faults as (
    {%- for name in names %}
    {%- for column in var('raw_columns')['raw_' ~ name] if column.presence != 'optional' %}
    {%- set unread = 'cast(null as string)' if column.reads_as == 'text' else column.name ~ '_unread' %}
    select
        file_id,
        case when {{ unread }} is null then 'missing_required' else 'unreadable_value' end as reason,
        '{{ column.name }}' as column_name,
        {{ unread }} as value
    from {{ name }}
    where {{ column.name ~ ' is null' if column.presence == 'required' else column.name ~ '_unread is not null' }}
    union all
    {%- if column.name in ['ocmw_nis', 'spell_code', 'stream', 'line_type'] %}
    select
        file_id,
        '{{ 'unknown_municipality' if column.name == 'ocmw_nis' else 'unknown_code' }}' as reason,
        '{{ column.name }}' as column_name,
        {{ column.name }} as value
    from {{ name }}
    where
        {{ column.name }} is not null
        and concat(',', fault_columns, ',') like '%,{{ column.name }},%'
    union all
    {%- endif %}
    {%- endfor %}
    select
        {{ name }}.file_id,
        reasons.reason,
        cast(null as string) as column_name,
        cast(null as string) as value
    from {{ name }}
    inner join reasons on concat(',', {{ name }}.reasons, ',') like concat('%,', reasons.reason, ',%')
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

masked as (
    select
        *,
        translate(value, '{{ digits_and_letters }}', '{{ their_shape }}') as mask
    from faults
),

-- A sign that could be part of a name is not shown.
shaped as (
    select
        *,
        case when mask is null or {{ matches_pattern('mask', '[ -~€]{1,30}') }} then mask else 'other' end as shape
    from masked
),

counted as (
    select
        file_id,
        reason,
        column_name,
        shape,
        count(*) as rows_at_fault
    from shaped
    group by file_id, reason, column_name, shape
),

delivered as (
    {%- for name in names %}
    select
        file_id,
        count(*) as delivered
    from {{ ref('stg_' ~ name) }}
    group by file_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

quarantined as (
    {%- for name in names %}
    select
        file_id,
        count(*) as quarantined
    from {{ name }}
    group by file_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

shares as (
    select
        files.file_id,
        files.extract,
        files.source_file,
        delivered.delivered,
        quarantined.quarantined,
        sum(delivered.delivered) over (partition by files.extract) as delivered_of_extract,
        sum(quarantined.quarantined) over (partition by files.extract) as quarantined_of_extract
    from files
    inner join delivered on files.file_id = delivered.file_id
    left join quarantined on files.file_id = quarantined.file_id
),

final as (
    select
        shares.extract,
        shares.source_file,
        counted.reason,
        counted.column_name,
        counted.shape,
        counted.rows_at_fault,
        cast(1.0 * counted.rows_at_fault / shares.delivered as decimal(9, 6)) as share,
        shares.quarantined_of_extract > shares.delivered_of_extract * {{ var('max_quarantined_share') }}
        or (
            shares.delivered >= 20
            and shares.quarantined > shares.delivered * {{ var('max_quarantined_share') }}
        ) as is_above_limit
    from counted
    inner join shares on counted.file_id = shares.file_id
)

select * from final
