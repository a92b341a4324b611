with

delivered as (
    {{ delivered_rows('raw_trajectories') }}
),

end_reasons as (
    select end_reason
    from {{ ref('end_reasons') }}
),

genders as (
    select code
    from {{ ref('profile_codes') }}
    where dimension = 'gender'
),

education_levels as (
    select code
    from {{ ref('profile_codes') }}
    where dimension = 'education'
),

trimmed as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        has_surplus_fields,
        {{ trimmed_columns('raw_trajectories') }}
    from delivered
),

coded as (
    select
        trimmed.*,
        end_reasons.end_reason as known_end_reason,
        genders.code as known_gender,
        education_levels.code as known_education_level
    from trimmed
    left join end_reasons on lower(trimmed.end_reason) = lower(end_reasons.end_reason)
    left join genders on lower(trimmed.gender) = lower(genders.code)
    left join education_levels on lower(trimmed.education_level) = lower(education_levels.code)
),

final as (
    select
        file_id,
        source_row,
        has_surplus_fields,
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
        coalesce(known_end_reason, end_reason) as end_reason,
        coalesce(known_gender, gender) as gender,
        {{ read_date('birth_date') }} as birth_date,
        {{ unread('birth_date') }} as birth_date_unread,
        {{ read_date('unemployed_since') }} as unemployed_since,
        {{ unread('unemployed_since') }} as unemployed_since_unread,
        coalesce(known_education_level, education_level) as education_level,
        {{ read_boolean('migration_background') }} as migration_background,
        {{ unread('migration_background') }} as migration_background_unread
    from coded
)

select * from final
