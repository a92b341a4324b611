with

as_of as (
    select * from {{ ref('int_as_of') }}
),

trajectories as (
    select * from {{ ref('int_trajectories__current') }}
),

spells as (
    select * from {{ ref('int_outflow__current') }}
),

statuses as (
    select *
    from {{ ref('outflow_codes') }}
    where kind = 'status'
),

-- The measure date, and 3, 6, 12 and 24 months after the end; each on or before the as-of date.
moments as (
    {%- for months in ([var('measure_months') | int] + [3, 6, 12, 24]) | unique %}
    select
        trajectories.trajectory_id,
        trajectories.client_id,
        trajectories.end_date,
        {{ months }} as months,
        {{ add_months('trajectories.end_date', months) }} as moment
    from trajectories
    inner join as_of on {{ is_on_or_before(add_months('trajectories.end_date', months), 'as_of.as_of') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- The trajectory itself ended before.
again_in_twe as (
    select
        moments.trajectory_id,
        moments.months,
        statuses.priority
    from moments
    inner join trajectories
        on
            moments.client_id = trajectories.client_id
            and moments.moment >= trajectories.start_date
            and moments.moment <= coalesce(trajectories.end_date, moments.moment)
    inner join statuses on statuses.outcome = 'again_in_twe'
),

in_spell as (
    select
        moments.trajectory_id,
        moments.months,
        statuses.priority
    from moments
    inner join spells
        on
            moments.client_id = spells.client_id
            and moments.moment >= spells.start_date
            and moments.moment <= coalesce(spells.end_date, moments.moment)
    inner join statuses on spells.spell_code = statuses.spell_code
),

unknown as (
    select
        moments.trajectory_id,
        moments.months,
        statuses.priority
    from moments
    inner join statuses on statuses.outcome = 'unknown'
),

candidates as (
    select * from again_in_twe
    union all
    select * from in_spell
    union all
    select * from unknown
),

first_in_line as (
    select
        trajectory_id,
        months,
        min(priority) as priority
    from candidates
    group by trajectory_id, months
),

final as (
    select
        moments.trajectory_id,
        moments.client_id,
        moments.end_date,
        moments.months,
        moments.moment,
        statuses.outcome_group,
        statuses.outcome
    from moments
    inner join first_in_line
        on
            moments.trajectory_id = first_in_line.trajectory_id
            and moments.months = first_in_line.months
    inner join statuses on first_in_line.priority = statuses.priority
)

select * from final
