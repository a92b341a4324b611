with

trajectories as (
    select *
    from {{ ref('int_trajectories__existing') }}
    where {{ is_changed_client('client_id') }}
),

over_24_months as (
    select
        'raw_trajectories' as extract,
        trajectory_id as record_key,
        'over_24_months' as warning,
        concat_ws(
            '', 'start_date: ', start_date, ', planned_end_date: ', planned_end_date, ', end_date: ', end_date
        ) as detail,
        client_id
    from trajectories
    where greatest(planned_end_date, coalesce(end_date, planned_end_date)) >= {{ add_months('start_date', 24) }}
),

overlapping as (
    select
        'raw_trajectories' as extract,
        earlier.trajectory_id as record_key,
        'overlapping_trajectories' as warning,
        concat_ws('', 'overlaps ', later.trajectory_id) as detail,
        earlier.client_id
    from trajectories as earlier
    inner join trajectories as later
        on
            earlier.client_id = later.client_id
            and earlier.trajectory_id < later.trajectory_id
            and earlier.start_date <= coalesce(later.end_date, earlier.start_date)
            and later.start_date <= coalesce(earlier.end_date, later.start_date)
),

final as (
    select * from over_24_months
    union all
    select * from overlapping
)

select * from final
