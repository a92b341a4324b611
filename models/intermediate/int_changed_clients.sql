with

keys as (
    select * from {{ ref('int_changed_keys') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
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
    select * from {{ ref('stg_subsidies') }}
),

-- Again, as the whole of a large table is kept aside when it is read twice under one name.
booked_lines as (
    select * from {{ ref('stg_subsidies') }}
),

-- All clients that a changed record has had: it may have moved from one to another.
of_changed_records as (
    select trajectories.client_id
    from trajectories
    semi join keys on keys.extract = 'raw_trajectories' and trajectories.trajectory_id = keys.record_key
    union all
    select spells.client_id
    from spells
    semi join keys on keys.extract = 'raw_outflow' and spells.spell_id = keys.record_key
    union all
    select transmissions.client_id
    from transmissions
    semi join keys on keys.extract = 'raw_transmissions' and transmissions.transmission_id = keys.record_key
),

of_passed_events as (
    select trajectories.client_id
    from trajectories
    cross join as_of
    where
        {{ is_passed_day('trajectories.start_date', 'as_of.as_of') }}
        or {{ is_passed_day('trajectories.end_date', 'as_of.as_of') }}
        or {{ is_passed_day(measure_date('trajectories.end_date'), 'as_of.as_of') }}
    union all
    select transmissions.client_id
    from transmissions
    cross join as_of
    where
        {{ is_passed_day('transmissions.transmission_date', 'as_of.as_of') }}
        or {{ is_passed_day('transmissions.decision_date', 'as_of.as_of') }}
),

-- A new line can make a line before it a copy or a conflict.
new_lines as (
    {{ rows_to_judge(ref('stg_subsidies')) }}
),

of_changed_lines as (
    select lines.client_id
    from lines
    semi join new_lines on lines.line_id = new_lines.line_id
    union all
    select booked_lines.client_id
    from booked_lines
    cross join as_of
    where {{ is_passed_day('booked_lines.booked_on', 'as_of.as_of') }}
),

changes as (
    select
        'trajectories' as changed_in,
        client_id
    from of_changed_records
    union
    select
        'trajectories' as changed_in,
        client_id
    from of_passed_events
    union
    select
        'subsidies' as changed_in,
        client_id
    from of_changed_lines
),

final as (
    select *
    from changes
    where {{ 'client_id is not null' if is_increment_build() else 'false' }}
)

select * from final
