with

subsidies as (
    select * from {{ ref('annex_3_wage_subsidies') }}
),

counts as (
    select
        *,
        clients as persons
    from subsidies
),

final as (
    select
        3 as annex,
        measure as content,
        measure,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        persons,
        true_value
    from counts
    unpivot (true_value for measure in (subsidised_months, clients, claims))
)

select * from final
