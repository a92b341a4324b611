{%- set is_nis = matches_pattern(read_text('residence_nis'), '[0-9]{5}') -%}

with

delivered as (
    {{ delivered_rows('raw_trajectories') }}
),

final as (
    select
        cast(file_id as integer) as file_id,
        cast(source_row as bigint) as source_row,
        {{ read_text('trajectory_id') }} as trajectory_id,
        {{ read_timestamp('recorded_at') }} as recorded_at,
        {{ unread('recorded_at', read_timestamp('recorded_at')) }} as recorded_at_unread,
        coalesce({{ read_boolean('is_void') }}, false) as is_void,
        {{ unread('is_void', read_boolean('is_void')) }} as is_void_unread,
        {{ read_text('client_id') }} as client_id,
        {{ read_text('ocmw_nis') }} as ocmw_nis,
        case when {{ is_nis }} then {{ read_text('residence_nis') }} end as residence_nis,
        case when not {{ is_nis }} then {{ read_text('residence_nis') }} end as residence_nis_unread,
        {{ read_date('start_date') }} as start_date,
        {{ unread('start_date', read_date('start_date')) }} as start_date_unread,
        {{ read_date('planned_end_date') }} as planned_end_date,
        {{ unread('planned_end_date', read_date('planned_end_date')) }} as planned_end_date_unread,
        {{ read_date('end_date') }} as end_date,
        {{ unread('end_date', read_date('end_date')) }} as end_date_unread,
        {{ read_text('end_reason') }} as end_reason,
        {{ read_text('gender') }} as gender,
        {{ read_date('birth_date') }} as birth_date,
        {{ unread('birth_date', read_date('birth_date')) }} as birth_date_unread,
        {{ read_date('unemployed_since') }} as unemployed_since,
        {{ unread('unemployed_since', read_date('unemployed_since')) }} as unemployed_since_unread,
        {{ read_text('education_level') }} as education_level,
        {{ read_boolean('migration_background') }} as migration_background,
        {{ unread('migration_background', read_boolean('migration_background')) }} as migration_background_unread
    from delivered
)

select * from final
