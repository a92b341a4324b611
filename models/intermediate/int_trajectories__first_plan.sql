with

visible as (
    {{ visible_versions(ref('int_trajectories__accepted')) }}
),

earliest as (
    select
        trajectory_id,
        min(recorded_at) as recorded_at
    from visible
    group by trajectory_id
),

final as (
    select
        visible.trajectory_id,
        {{ full_months('visible.start_date', 'cast(visible.planned_end_date + 1 as date)') }} as planned_duration_months
    from visible
    inner join earliest
        on
            visible.trajectory_id = earliest.trajectory_id
            and visible.recorded_at = earliest.recorded_at
)

select * from final
