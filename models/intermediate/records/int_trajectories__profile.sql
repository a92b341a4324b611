with

trajectories as (
    select * from {{ ref('int_trajectories__current') }}
),

categories as (
    select * from {{ ref('profile_categories') }}
),

codes as (
    select * from {{ ref('profile_codes') }}
),

measured as (
    select
        *,
        cast(floor({{ full_months('birth_date', 'start_date') }} / 12) as integer) as age_at_start,
        {{ full_months('unemployed_since', 'start_date') }} as months_unemployed
    from trajectories
),

final as (
    select
        measured.trajectory_id,
        case when ages.category is not null then measured.age_at_start end as age_at_start,
        case when unemployment.category is not null then measured.months_unemployed end as months_unemployed,
        coalesce(genders.category, 'unknown') as gender,
        coalesce(ages.category, 'unknown') as age,
        coalesce(unemployment.category, 'unknown') as unemployment_duration,
        coalesce(education.category, 'unknown') as education,
        coalesce(migration.category, 'unknown') as migration_background
    from measured
    left join codes as genders
        on
            genders.dimension = 'gender'
            and measured.gender = genders.code
    left join categories as ages
        on
            ages.dimension = 'age'
            and measured.age_at_start between ages.lower_bound and ages.upper_bound
    left join categories as unemployment
        on
            unemployment.dimension = 'unemployment_duration'
            and measured.months_unemployed >= unemployment.lower_bound
            and measured.months_unemployed <= coalesce(unemployment.upper_bound, measured.months_unemployed)
    left join codes as education
        on
            education.dimension = 'education'
            and measured.education_level = education.code
    left join codes as migration
        on
            migration.dimension = 'migration_background'
            and cast(measured.migration_background as string) = migration.code
)

select * from final
