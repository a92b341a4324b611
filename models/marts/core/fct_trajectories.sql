with

trajectories as (
    select * from {{ ref('int_trajectories__current') }}
),

profiles as (
    select * from {{ ref('int_trajectories__profile') }}
),

municipalities as (
    select * from {{ ref('int_municipalities__reported') }}
),

end_reasons as (
    select * from {{ ref('end_reasons') }}
),

endings as (
    select * from {{ ref('endings') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

started as (
    select
        trajectories.*,
        end_reasons.end_reason as known_end_reason,
        {{ is_on_or_before('trajectories.end_date', 'as_of.as_of') }} as is_ended,
        coalesce(end_reasons.is_early, trajectories.end_date < trajectories.planned_end_date) as is_early
    from trajectories
    inner join as_of on {{ is_on_or_before('trajectories.start_date', 'as_of.as_of') }}
    left join end_reasons on trajectories.end_reason = end_reasons.end_reason
),

final as (
    select
        started.trajectory_id,
        started.client_id,
        started.ocmw_nis,
        coalesce(municipalities.nis_code, {{ unknown_residence() }}) as nis_code,
        started.residence_nis,
        started.start_date,
        cast(year(started.start_date) as integer) as start_year,
        started.planned_end_date,
        started.planned_duration_months,
        started.end_date,
        started.is_ended,
        started.known_end_reason as end_reason,
        profiles.age_at_start,
        profiles.months_unemployed,
        profiles.gender,
        profiles.age,
        profiles.unemployment_duration,
        profiles.education,
        profiles.migration_background,
        case when started.is_ended then cast(year(started.end_date) as integer) end as end_year,
        case when started.is_ended then endings.ending end as ending,
        case
            when started.is_ended then {{ full_months('started.start_date', 'cast(started.end_date + 1 as date)') }}
        end as duration_months,
        case when started.is_ended then {{ add_months('started.end_date', var('measure_months')) }} end as measure_date
    from started
    inner join profiles on started.trajectory_id = profiles.trajectory_id
    left join municipalities on started.{{ var('municipality_of') }}_nis = municipalities.ocmw_nis
    left join endings on started.is_early = endings.is_early
)

select * from final
