with

trajectories as (
    {{ valid_rows('trajectories') }}
),

end_reasons as (
    select * from {{ ref('end_reasons') }}
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

age_range as (
    select
        min(lower_bound) as lowest,
        max(upper_bound) as highest
    from {{ ref('profile_categories') }}
    where dimension = 'age'
),

found as (
    {{ unread_warnings('raw_trajectories', 'trajectories') }}
    union all
    {{ unknown_code_warnings(
        'raw_trajectories', 'trajectories', 'trajectory_id', 'end_reason', 'end_reasons', 'end_reason'
    ) }}
    union all
    {{ unknown_code_warnings(
        'raw_trajectories', 'trajectories', 'trajectory_id', 'gender', 'genders', 'code'
    ) }}
    union all
    {{ unknown_code_warnings(
        'raw_trajectories', 'trajectories', 'trajectory_id', 'education_level', 'education_levels', 'code'
    ) }}
    union all
    select
        'raw_trajectories' as extract,
        trajectories.trajectory_id as record_key,
        'implausible_birth_date' as warning,
        concat_ws('', 'birth_date: ', trajectories.birth_date, ', start_date: ', trajectories.start_date) as detail,
        trajectories.file_id,
        trajectories.source_row
    from trajectories
    cross join age_range
    where
        {{ full_months('trajectories.birth_date', 'trajectories.start_date') }} < age_range.lowest * 12
        or {{ full_months('trajectories.birth_date', 'trajectories.start_date') }} >= (age_range.highest + 1) * 12
    union all
    select
        'raw_trajectories' as extract,
        trajectory_id as record_key,
        'unemployed_since_after_start' as warning,
        concat_ws('', 'unemployed_since: ', unemployed_since, ', start_date: ', start_date) as detail,
        file_id,
        source_row
    from trajectories
    where unemployed_since > start_date
),

final as (
    {{ placed_warnings('found') }}
)

select * from final
