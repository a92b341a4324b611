with

previous_state as (
    select * from {{ ref('dim_previous_state') }}
),

versions as (
    {%- for name, key in [
        ('trajectories', 'trajectory_id'),
        ('subsidy_claims', 'claim_id'),
        ('transmissions', 'transmission_id'),
    ] %}
    select
        'raw_{{ name }}' as extract,
        visible.{{ key }} as record_id,
        visible.recorded_at,
        visible.is_void
    from ({{ visible_versions(name) }}) as visible
    union all
    {%- endfor %}
    select
        'raw_subsidies' as extract,
        line_id as record_id,
        cast(booked_on as timestamp) as recorded_at,
        false as is_void
    from {{ ref('fct_subsidy_lines') }}
),

final as (
    select
        versions.extract,
        versions.record_id,
        cast(min(versions.recorded_at) as date) as first_recorded_on,
        cast(max(versions.recorded_at) as date) as last_recorded_on,
        arg_max(versions.is_void, versions.recorded_at) as is_withdrawn
    from versions
    cross join previous_state
    group by versions.extract, versions.record_id
)

select * from final
