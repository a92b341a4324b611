with

visible as (
    {{ visible_versions('trajectories') }}
),

earliest as (
    select
        trajectory_id,
        min_by(start_date, recorded_at) as start_date,
        min_by(planned_end_date, recorded_at) as planned_end_date
    from visible
    group by trajectory_id
),

final as (
    select
        trajectory_id,
        {{ full_months('start_date', 'cast(planned_end_date + 1 as date)') }} as planned_duration_months
    from earliest
)

select * from final
