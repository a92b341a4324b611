with

cohort as (
    select *
    from {{ ref('int_outflow__status') }}
    where months = {{ var('measure_months') | int }}
),

spells as (
    select * from {{ ref('int_outflow__current') }}
),

competences as (
    select *
    from {{ ref('outflow_codes') }}
    where kind = 'competence'
),

final as (
    select distinct
        cohort.trajectory_id,
        competences.outcome_group,
        competences.outcome
    from cohort
    inner join spells
        on
            cohort.client_id = spells.client_id
            and {{ add_months('cohort.end_date', window_months()) }} >= spells.start_date
            and cohort.end_date < coalesce(spells.end_date, cohort.moment)
    inner join competences on spells.spell_code = competences.spell_code
)

select * from final
