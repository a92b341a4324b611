with

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

spells as (
    select * from {{ ref('int_outflow__current') }}
),

codes as (
    select *
    from {{ ref('outflow_codes') }}
    where kind = 'status'
),

areas as (
    select * from {{ ref('areas') }}
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

moments as (
    select
        trajectories.trajectory_id,
        trajectories.client_id,
        trajectories.nis_code,
        trajectories.end_year,
        follow_ups.months,
        {{ add_months('trajectories.end_date', 'follow_ups.months') }} as followed_on
    from trajectories
    cross join (values (3), (6), (12), (24)) as follow_ups (months)
    cross join parameters
    where
        trajectories.is_ended
        and {{ add_months('trajectories.end_date', 'follow_ups.months') }} <= parameters.as_of
),

-- The situation of a moment is the first in line, as on the measure date of annex 5.
situations as (
    select
        moments.trajectory_id,
        moments.months,
        codes.outcome_group,
        codes.priority
    from moments
    inner join spells
        on
            moments.client_id = spells.client_id
            and moments.followed_on >= spells.start_date
            and moments.followed_on <= coalesce(spells.end_date, moments.followed_on)
    inner join codes on spells.spell_code = codes.spell_code
    union all
    select
        moments.trajectory_id,
        moments.months,
        codes.outcome_group,
        codes.priority
    from moments
    inner join trajectories
        on
            moments.client_id = trajectories.client_id
            and moments.trajectory_id <> trajectories.trajectory_id
            and moments.followed_on >= trajectories.start_date
            and moments.followed_on <= coalesce(trajectories.end_date, moments.followed_on)
    inner join codes on codes.outcome = 'again_in_twe'
),

at_work as (
    select
        trajectory_id,
        months,
        min_by(outcome_group, priority) = 'work' as is_at_work
    from situations
    group by trajectory_id, months
),

followed as (
    select
        moments.*,
        coalesce(at_work.is_at_work, false) as is_at_work,
        min(coalesce(at_work.is_at_work, false)) over (
            partition by moments.trajectory_id
            order by moments.months
        ) as is_at_work_throughout
    from moments
    left join at_work
        on
            moments.trajectory_id = at_work.trajectory_id
            and moments.months = at_work.months
),

final as (
    select
        followed.end_year as year,
        areas.area_level,
        areas.area_code,
        areas.area,
        followed.months,
        count(*) as ended_trajectories,
        count(*) filter (where followed.is_at_work) as at_work,
        count(*) filter (where followed.is_at_work_throughout) as at_work_throughout,
        round(100 * count(*) filter (where followed.is_at_work) / count(*), 1) as at_work_pct,
        round(100 * count(*) filter (where followed.is_at_work_throughout) / count(*), 1) as at_work_throughout_pct
    from followed
    inner join areas on followed.nis_code = areas.nis_code
    group by followed.end_year, areas.area_level, areas.area_code, areas.area, followed.months
)

select * from final
