with

keys as (
    select * from {{ ref('int_changed_keys') }}
),

trajectories as (
    select * from {{ ref('stg_trajectories') }}
),

spells as (
    select * from {{ ref('stg_outflow') }}
),

transmissions as (
    select * from {{ ref('stg_transmissions') }}
),

lines as (
    select * from {{ ref('int_subsidies__changed_lines') }}
),

-- All clients that a changed record has had: it may have moved from one to another.
of_trajectories as (
    select trajectories.client_id
    from trajectories
    semi join keys on keys.extract = 'raw_trajectories' and trajectories.trajectory_id = keys.record_key
    union all
    select client_id
    from trajectories
    where
        {{ is_passed_day('start_date') }}
        or {{ is_passed_day('end_date') }}
        or {{ is_passed_day(measure_date('end_date')) }}
),

of_outflow as (
    select spells.client_id
    from spells
    semi join keys on keys.extract = 'raw_outflow' and spells.spell_id = keys.record_key
),

of_transmissions as (
    select transmissions.client_id
    from transmissions
    semi join keys on keys.extract = 'raw_transmissions' and transmissions.transmission_id = keys.record_key
    union all
    select client_id
    from transmissions
    where
        {{ is_passed_day('transmission_date') }}
        or {{ is_passed_day('decision_date') }}
),

of_subsidies as (
    select client_id from lines
),

changes as (
    {%- for place in ['trajectories', 'outflow', 'transmissions', 'subsidies'] %}
    select
        '{{ place }}' as changed_in,
        client_id
    from of_{{ place }}
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

final as (
    select *
    from changes
    where {{ 'client_id is not null' if is_increment_build() else 'false' }}
)

select * from final
