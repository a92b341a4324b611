with

transmissions as (
    {{ current_records('transmissions', 'transmission_id') }}
),

decisions as (
    select * from {{ ref('transmission_decisions') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

happened as (
    select
        transmissions.*,
        transmissions.decision is null
        or coalesce(transmissions.decision_date > as_of.as_of, false) as is_pending
    from transmissions
    inner join as_of on {{ is_on_or_before('transmissions.transmission_date', 'as_of.as_of') }}
),

final as (
    select
        happened.transmission_id,
        happened.client_id,
        happened.transmission_date,
        happened.cause,
        case when happened.is_pending then 'pending' else coalesce(decisions.decision, 'unknown') end as decision,
        case when not happened.is_pending then happened.decision_date end as decision_date,
        case when not happened.is_pending then happened.sanction_weeks end as sanction_weeks
    from happened
    left join decisions on happened.decision = decisions.decision_code
)

select * from final
