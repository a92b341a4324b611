with

as_of as (
    select * from {{ ref('int_as_of') }}
),

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

transmissions as (
    select * from {{ ref('fct_transmissions') }}
),

final as (
    select
        trajectories.trajectory_id,
        transmissions.transmission_id,
        trajectories.client_id,
        trajectories.nis_code,
        cast(year(trajectories.measure_date) as integer) as measure_year,
        transmissions.transmission_date,
        transmissions.decision
    from trajectories
    inner join as_of on {{ is_on_or_before('trajectories.measure_date', 'as_of.as_of') }}
    inner join transmissions
        on
            trajectories.client_id = transmissions.client_id
            and trajectories.end_date < transmissions.transmission_date
            and {{ add_months('trajectories.end_date', window_months()) }} >= transmissions.transmission_date
)

select * from final
