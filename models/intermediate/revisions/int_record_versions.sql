with

versions as (
    {%- for model, extract, key in [
        ('int_trajectories__accepted', 'raw_trajectories', 'trajectory_id'),
        ('int_subsidy_claims__accepted', 'raw_subsidy_claims', 'claim_id'),
        ('int_transmissions__accepted', 'raw_transmissions', 'transmission_id'),
    ] %}
    select
        '{{ extract }}' as extract,
        visible.{{ key }} as record_id,
        visible.recorded_at,
        visible.is_void
    from ({{ visible_versions(ref(model)) }}) as visible
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
        extract,
        record_id,
        cast(min(recorded_at) as date) as first_recorded_on,
        cast(max(recorded_at) as date) as last_recorded_on,
        arg_max(is_void, recorded_at) as is_withdrawn
    from versions
    where {{ has_previous_state() | lower }}
    group by extract, record_id
)

select * from final
