with

decisions as (
    select * from {{ ref('annex_6_decisions') }}
),

final as (
    select
        6 as annex,
        'decision' as content,
        case when grouping(decision) = 0 then 'decision' else 'total' end as dimension,
        coalesce(decision, 'total') as category,
        year,
        nis_code,
        sum(transmissions) as true_value
    from decisions
    group by grouping sets ((year, nis_code), (year, nis_code, decision))
)

select * from final
