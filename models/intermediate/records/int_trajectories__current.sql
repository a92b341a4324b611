with

versions as (
    {{ visible_versions('trajectories') }}
),

-- The plan as first registered counts, void or not.
extremes as (
    select
        trajectory_id,
        max(recorded_at) as recorded_at,
        min_by(start_date, recorded_at) as first_start_date,
        min_by(planned_end_date, recorded_at) as first_planned_end_date
    from versions
    group by trajectory_id
),

final as (
    select
        versions.trajectory_id,
        versions.client_id,
        versions.ocmw_nis,
        versions.residence_nis,
        versions.start_date,
        versions.planned_end_date,
        versions.end_date,
        versions.end_reason,
        versions.gender,
        versions.birth_date,
        versions.unemployed_since,
        versions.education_level,
        versions.migration_background,
        {{ full_months('extremes.first_start_date', 'cast(extremes.first_planned_end_date + 1 as date)') }}
            as planned_duration_months
    from versions
    inner join extremes
        on
            versions.trajectory_id = extremes.trajectory_id
            and versions.recorded_at = extremes.recorded_at
    where not versions.is_void
)

select * from final
