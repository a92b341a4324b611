with

codes as (
    select * from {{ ref('outflow_codes') }}
),

outcome_groups as (
    select * from {{ ref('outcome_groups') }}
),

final as (
    select
        codes.outcome_group,
        codes.outcome,
        outcome_groups.label_nl as outcome_group_label_nl,
        codes.label_nl,
        codes.kind,
        codes.priority,
        outcome_groups.sort_order
    from codes
    inner join outcome_groups on codes.outcome_group = outcome_groups.outcome_group
)

select * from final
