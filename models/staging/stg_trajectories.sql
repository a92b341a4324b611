with

landed as (
    {{ landed_rows('raw_trajectories') }}
),

final as (
    select
        file_id,
        source_row,
        trajectory_id,
        recorded_at,
        recorded_at_unread,
        coalesce(is_void, false) as is_void,
        is_void_unread,
        client_id,
        ocmw_nis,
        residence_nis,
        residence_nis_unread,
        start_date,
        start_date_unread,
        planned_end_date,
        planned_end_date_unread,
        end_date,
        end_date_unread,
        end_reason,
        gender,
        birth_date,
        birth_date_unread,
        unemployed_since,
        unemployed_since_unread,
        education_level,
        migration_background,
        migration_background_unread
    from landed
)

select * from final
