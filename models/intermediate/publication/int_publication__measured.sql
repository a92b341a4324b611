with

outflow as (
    select * from {{ ref('annex_5_outflow') }}
),

transmissions as (
    select * from {{ ref('annex_6_transmissions') }}
),

outcomes as (
    select * from {{ ref('dim_outcomes') }}
),

situations as (
    select
        outflow.*,
        outcomes.kind
    from outflow
    inner join outcomes
        on
            outflow.outcome_group = outcomes.outcome_group
            and outflow.outcome = outcomes.outcome
),

cohorts as (
    select
        year,
        nis_code,
        sum(trajectories) as trajectories
    from situations
    where kind = 'status'
    group by year, nis_code
),

cohort_totals as (
    select
        5 as annex,
        'trajectories' as content,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        trajectories as true_value
    from cohorts
),

outcome_counts as (
    select
        5 as annex,
        'outcome' as content,
        'outcome' as dimension,
        outcome_group || '/' || outcome as category,
        year,
        nis_code,
        trajectories as true_value
    from situations
    where kind = 'status'
    union all
    select
        5 as annex,
        'outcome' as content,
        'outcome_group' as dimension,
        outcome_group as category,
        year,
        nis_code,
        sum(trajectories) as true_value
    from situations
    where kind = 'status'
    group by year, nis_code, outcome_group
),

competences as (
    select
        5 as annex,
        'competence' as content,
        outcome as dimension,
        'yes' as category,
        year,
        nis_code,
        trajectories as true_value
    from situations
    where kind = 'competence'
),

-- What a reader gets by subtracting is as good as published: it is protected too, without an annex.
competence_complements as (
    select
        cast(null as integer) as annex,
        'competence' as content,
        situations.outcome as dimension,
        'no' as category,
        situations.year,
        situations.nis_code,
        cohorts.trajectories - situations.trajectories as true_value
    from situations
    inner join cohorts
        on
            situations.year = cohorts.year
            and situations.nis_code = cohorts.nis_code
    where situations.kind = 'competence'
),

transmission_counts as (
    select
        6 as annex,
        'trajectories' as content,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        ended_trajectories as true_value
    from transmissions
    union all
    select
        6 as annex,
        'transmission' as content,
        'transmission' as dimension,
        'yes' as category,
        year,
        nis_code,
        trajectories_with_transmission as true_value
    from transmissions
    union all
    select
        null as annex,
        'transmission' as content,
        'transmission' as dimension,
        'no' as category,
        year,
        nis_code,
        ended_trajectories - trajectories_with_transmission as true_value
    from transmissions
),

final as (
    select * from cohort_totals
    union all
    select * from outcome_counts
    union all
    select * from competences
    union all
    select * from competence_complements
    union all
    select * from transmission_counts
)

select * from final
