with

{% set keys = {'trajectories': 'trajectory_id', 'transmissions': 'transmission_id'} -%}

files as (
    select * from {{ ref('stg_delivered_files') }}
),

{% for name in keys -%}
{{ name }} as (
    {{ valid_rows(name) }}
),

{% endfor -%}
age_range as (
    select
        min(lower_bound) as lowest,
        max(upper_bound) as highest
    from {{ ref('profile_categories') }}
    where dimension = 'age'
),

known_codes as (
    select
        dimension as code_list,
        code
    from {{ ref('profile_codes') }}
    union all
    select
        'end_reason' as code_list,
        end_reason as code
    from {{ ref('end_reasons') }}
    union all
    select
        'decision' as code_list,
        decision_code as code
    from {{ ref('transmission_decisions') }}
),

found as (
    {%- for name, key in keys.items() %}
    {%- for column in var('raw_columns')['raw_' ~ name]
        if column.presence == 'optional' and column.reads_as != 'text' %}
    select
        file_id,
        source_row,
        {{ key }} as record_key,
        'unreadable_value' as warning,
        concat_ws('', '{{ column.name }}: ', {{ column.name }}_unread) as detail
    from {{ name }}
    where {{ column.name }}_unread is not null
    union all
    {%- endfor %}
    {%- endfor %}
    {%- for name, column, code_list in [
        ('trajectories', 'end_reason', 'end_reason'),
        ('trajectories', 'gender', 'gender'),
        ('trajectories', 'education_level', 'education'),
        ('transmissions', 'decision', 'decision'),
    ] %}
    select
        {{ name }}.file_id,
        {{ name }}.source_row,
        {{ name }}.{{ keys[name] }} as record_key,
        'unknown_code' as warning,
        concat_ws('', '{{ column }}: ', {{ name }}.{{ column }}) as detail
    from {{ name }}
    anti join known_codes
        on
            known_codes.code_list = '{{ code_list }}'
            and {{ name }}.{{ column }} = known_codes.code
    where {{ name }}.{{ column }} is not null
    union all
    {%- endfor %}
    select
        trajectories.file_id,
        trajectories.source_row,
        trajectories.trajectory_id as record_key,
        'implausible_birth_date' as warning,
        concat_ws('', 'birth_date: ', trajectories.birth_date, ', start_date: ', trajectories.start_date) as detail
    from trajectories
    cross join age_range
    where
        {{ full_months('trajectories.birth_date', 'trajectories.start_date') }} < age_range.lowest * 12
        or {{ full_months('trajectories.birth_date', 'trajectories.start_date') }} >= (age_range.highest + 1) * 12
    union all
    select
        file_id,
        source_row,
        trajectory_id as record_key,
        'unemployed_since_after_start' as warning,
        concat_ws('', 'unemployed_since: ', unemployed_since, ', start_date: ', start_date) as detail
    from trajectories
    where unemployed_since > start_date
),

final as (
    select
        files.extract,
        found.record_key,
        found.warning,
        concat_ws('', found.detail, ' (', files.source_file, ', row ', found.source_row, ')') as detail
    from found
    inner join files on found.file_id = files.file_id
)

select * from final
