with

cohort as (
    select * from {{ ref('int_outflow__cohort') }}
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

again_in_twe as (
    select
        cohort.trajectory_id,
        statuses.priority
    from cohort
    inner join trajectories
        on
            cohort.client_id = trajectories.client_id
            and cohort.trajectory_id <> trajectories.trajectory_id
            and cohort.measure_date >= trajectories.start_date
            and cohort.measure_date <= coalesce(trajectories.end_date, cohort.measure_date)
    inner join statuses on statuses.outcome = 'again_in_twe'
),

in_spell as (
    select
        cohort.trajectory_id,
        statuses.priority
    from cohort
    inner join spells
        on
            cohort.client_id = spells.client_id
            and cohort.measure_date >= spells.start_date
            and cohort.measure_date <= coalesce(spells.end_date, cohort.measure_date)
    inner join statuses on spells.spell_code = statuses.spell_code
),

unknown as (
    select
        cohort.trajectory_id,
        statuses.priority
    from cohort
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
        min(priority) as priority
    from candidates
    group by trajectory_id
),

final as (
    select
        first_in_line.trajectory_id,
        statuses.outcome_group,
        statuses.outcome
    from first_in_line
    inner join statuses on first_in_line.priority = statuses.priority
)

select * from final
