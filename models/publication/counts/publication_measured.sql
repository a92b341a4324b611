with

outflow as (
    select * from {{ ref('annex_5_outflow') }}
),

transmissions as (
    select * from {{ ref('annex_6_transmissions') }}
),

decisions as (
    select * from {{ ref('annex_6_decisions') }}
),

outcomes as (
    select * from {{ ref('dim_outcomes') }}
),

situations as (
    select
        outflow.*,
        outcomes.kind,
        sum(case when outcomes.kind = 'status' then outflow.trajectories else 0 end) over (
            partition by outflow.year, outflow.nis_code
        ) as cohort
    from outflow
    inner join outcomes
        on
            outflow.outcome_group = outcomes.outcome_group
            and outflow.outcome = outcomes.outcome
),

status_counts as (
    select
        5 as annex,
        'measured_trajectories' as measure,
        unnest(['trajectories', 'outcome', 'outcome']) as content,
        unnest(['total', 'outcome_group', 'outcome']) as dimension,
        unnest(['total', outcome_group, outcome_group || '/' || outcome]) as category,
        year,
        nis_code,
        trajectories as true_value
    from situations
    where kind = 'status'
),

-- What a reader gets by subtracting is as good as published: it is protected too, without an annex.
competence_counts as (
    select
        unnest([5, null]) as annex,
        'measured_trajectories' as measure,
        'competence' as content,
        outcome as dimension,
        unnest(['yes', 'no']) as category,
        year,
        nis_code,
        unnest([trajectories, cohort - trajectories]) as true_value
    from situations
    where kind = 'competence'
),

transmission_counts as (
    select
        unnest([6, 6, null]) as annex,
        'measured_trajectories' as measure,
        unnest(['trajectories', 'transmission', 'transmission']) as content,
        unnest(['total', 'transmission', 'transmission']) as dimension,
        unnest(['total', 'yes', 'no']) as category,
        year,
        nis_code,
        unnest([
            ended_trajectories, trajectories_with_transmission, ended_trajectories - trajectories_with_transmission
        ]) as true_value
    from transmissions
),

decision_counts as (
    select
        6 as annex,
        'transmissions' as measure,
        'decision' as content,
        unnest(['total', 'decision']) as dimension,
        unnest(['total', decision]) as category,
        year,
        nis_code,
        transmissions as true_value
    from decisions
),

counts as (
    select * from status_counts
    union all
    select * from competence_counts
    union all
    select * from transmission_counts
    union all
    select * from decision_counts
),

final as (
    select
        annex,
        measure,
        content,
        dimension,
        category,
        year,
        nis_code,
        sum(true_value) as true_value
    from counts
    group by annex, measure, content, dimension, category, year, nis_code
)

select * from final
