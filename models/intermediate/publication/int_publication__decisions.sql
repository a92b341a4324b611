with

decisions as (
    select * from {{ ref('annex_6_decisions') }}
),

final as (
    select
        6 as annex,
        'decision' as content,
        'decision' as dimension,
        decision as category,
        year,
        nis_code,
        transmissions as true_value
    from decisions
    union all
    select
        6 as annex,
        'decision' as content,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        sum(transmissions) as true_value
    from decisions
    group by year, nis_code
)

select * from final
