with

{% for extract in ['raw_trajectories', 'raw_subsidy_claims', 'raw_outflow', 'raw_transmissions'] -%}
{% set name = extract | replace('raw_', '') -%}
{{ name }} as (
    select * from {{ ref('stg_' ~ name) }}
),

new_{{ name }} as (
    {{ rows_to_judge(ref('stg_' ~ name)) }}
),

changed_{{ name }} as (
    select {{ extract_key(extract)[0] }} as record_key
    from new_{{ name }}
    union
    select {{ extract_key(extract)[0] }} as record_key
    from {{ name }}
    where {{ is_passed_day('cast(recorded_at as date)') }}
),

{% endfor -%}
changes as (
    {%- for extract in ['raw_trajectories', 'raw_subsidy_claims', 'raw_outflow', 'raw_transmissions'] %}
    select
        '{{ extract }}' as extract,
        record_key
    from changed_{{ extract | replace('raw_', '') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select *
    from changes
    where {{ is_increment_build() | lower }}
)

select * from final
