with

decisions as (
    select * from {{ ref('transmission_decisions') }}
),

final as (
    select
        decision,
        decision_code,
        label_nl,
        sort_order
    from decisions
)

select * from final
