with

trajectories as (
    select * from {{ ref('int_trajectories__current') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

final as (
    select
        trajectories.trajectory_id,
        trajectories.client_id,
        trajectories.end_date,
        {{ add_months('trajectories.end_date', var('measure_months')) }} as measure_date
    from trajectories
    inner join as_of on {{ is_on_or_before(add_months('trajectories.end_date', var('measure_months')), 'as_of.as_of') }}
)

select * from final
