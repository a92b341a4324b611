with

cohort as (
    select *
    from {{ ref('int_outflow__status') }}
    where months = {{ var('measure_months') | int }}
),

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

competences as (
    select * from {{ ref('int_outflow__competences') }}
),

transmissions as (
    select * from {{ ref('fct_trajectory_transmissions') }}
),

competence_flags as (
    select
        trajectory_id,
        bool_or(outcome = 'training') as had_training,
        bool_or(outcome = 'workplace_learning') as had_workplace_learning
    from competences
    group by trajectory_id
),

transmission_counts as (
    select
        trajectory_id,
        count(*) as transmissions
    from transmissions
    group by trajectory_id
),

final as (
    select
        cohort.trajectory_id,
        cohort.client_id,
        trajectories.ocmw_nis,
        trajectories.nis_code,
        cohort.end_date,
        trajectories.ending,
        cohort.moment as measure_date,
        cast(year(cohort.moment) as integer) as measure_year,
        cohort.outcome_group,
        cohort.outcome,
        coalesce(competence_flags.had_training, false) as had_training,
        coalesce(competence_flags.had_workplace_learning, false) as had_workplace_learning,
        coalesce(transmission_counts.transmissions, 0) as transmissions
    from cohort
    inner join trajectories on cohort.trajectory_id = trajectories.trajectory_id
    left join competence_flags on cohort.trajectory_id = competence_flags.trajectory_id
    left join transmission_counts on cohort.trajectory_id = transmission_counts.trajectory_id
)

select * from final
