with

delivered as (
    {{ delivered_rows('raw_trajectories') }}
),

trimmed as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        {{ trimmed_columns('raw_trajectories') }}
    from delivered
),

final as (
    select
        file_id,
        source_row,
        trajectory_id,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unread('recorded_at') }} as recorded_at_unread,
        coalesce({{ read_boolean('is_void') }}, false) as is_void,
        {{ unread('is_void', read_boolean('is_void')) }} as is_void_unread,
        client_id,
        ocmw_nis,
        case when {{ matches_pattern('residence_nis_text', '[0-9]{5}') }} then residence_nis_text end as residence_nis,
        case when residence_nis is null then residence_nis_text end as residence_nis_unread,
        {{ read_date('start_date') }} as start_date,
        {{ unread('start_date') }} as start_date_unread,
        {{ read_date('planned_end_date') }} as planned_end_date,
        {{ unread('planned_end_date') }} as planned_end_date_unread,
        {{ read_date('end_date') }} as end_date,
        {{ unread('end_date') }} as end_date_unread,
        end_reason,
        gender,
        {{ read_date('birth_date') }} as birth_date,
        {{ unread('birth_date') }} as birth_date_unread,
        {{ read_date('unemployed_since') }} as unemployed_since,
        {{ unread('unemployed_since') }} as unemployed_since_unread,
        education_level,
        {{ read_boolean('migration_background') }} as migration_background,
        {{ unread('migration_background') }} as migration_background_unread
    from trimmed
)

select * from final
