with

transmissions as (
    select * from {{ ref('fct_trajectory_transmissions') }}
),

years as (
    select *
    from {{ ref('dim_reporting_years') }}
    where annex = 6
),

municipalities as (
    select * from {{ ref('dim_municipalities') }}
),

decisions as (
    select * from {{ ref('transmission_decisions') }}
),

counts as (
    select
        measure_year as year,
        nis_code,
        decision,
        count(*) as transmissions
    from transmissions
    group by measure_year, nis_code, decision
),

final as (
    select
        years.year,
        municipalities.nis_code,
        municipalities.municipality,
        municipalities.province,
        decisions.decision,
        coalesce(counts.transmissions, 0) as transmissions
    from years
    cross join municipalities
    cross join decisions
    left join counts
        on
            years.year = counts.year
            and municipalities.nis_code = counts.nis_code
            and decisions.decision = counts.decision
)

select * from final
