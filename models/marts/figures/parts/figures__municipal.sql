with

measures as (
    select * from {{ ref('measures') }}
),

classes as (
    select * from {{ ref('duration_classes') }}
),

months as (
    select
        1 as annex,
        year,
        nis_code,
        'planned_duration_months' as part,
        planned_duration_months as months,
        trajectories
    from {{ ref('annex_1_started_trajectories') }}
    union all
    select
        4 as annex,
        year,
        nis_code,
        ending as part,
        duration_months as months,
        trajectories
    from {{ ref('annex_4_ended_trajectories') }}
),

-- The rows of the annexes, each with its part of the table and its category in that part.
cells as (
    select
        months.annex,
        'trajectories' as measure,
        months.part,
        cast(months.months as {{ dbt.type_string() }}) as category,
        classes.duration_class,
        months.year,
        months.nis_code,
        months.trajectories as value
    from months
    inner join classes
        on
            months.months >= classes.lower_bound
            and months.months <= coalesce(classes.upper_bound, months.months)
    union all
    -- Annexes 1 and 4 hold only what occurs: every other class counts 0.
    select
        years.annex,
        'trajectories' as measure,
        endings.ending as part,
        null as category,
        classes.duration_class,
        years.year,
        municipalities.nis_code,
        0 as value
    from {{ ref('dim_reporting_years') }} as years
    cross join {{ ref('dim_municipalities') }} as municipalities
    cross join classes
    left join {{ ref('endings') }} as endings on years.annex = 4
    where years.annex in (1, 4)
    union all
    select
        2 as annex,
        'trajectories' as measure,
        dimension as part,
        category,
        null as duration_class,
        year,
        nis_code,
        trajectories as value
    from {{ ref('annex_2_profile') }}
    union all
    select
        3 as annex,
        measure,
        'total' as part,
        'total' as category,
        null as duration_class,
        year,
        nis_code,
        value
    from {{ ref('annex_3_wage_subsidies') }}
    unpivot include nulls (
        value for measure in (subsidised_months, clients, gross_paid_eur, recovered_eur, paid_eur, claims, claimed_eur)
    )
    union all
    select
        3 as annex,
        measure,
        'booking_year' as part,
        'total' as category,
        null as duration_class,
        year,
        nis_code,
        value
    from {{ ref('annex_3_by_booking_year') }}
    unpivot (value for measure in (gross_paid_eur, recovered_eur, paid_eur))
    union all
    select
        5 as annex,
        measure,
        outcome_group as part,
        outcome as category,
        null as duration_class,
        year,
        nis_code,
        value
    from {{ ref('annex_5_outflow') }}
    unpivot (value for measure in (trajectories, clients))
    union all
    select
        6 as annex,
        measure,
        'total' as part,
        'total' as category,
        null as duration_class,
        year,
        nis_code,
        value
    from {{ ref('annex_6_transmissions') }}
    unpivot (value for measure in (ended_trajectories, trajectories_with_transmission))
    union all
    select
        6 as annex,
        'transmissions' as measure,
        'decision' as part,
        decision as category,
        null as duration_class,
        year,
        nis_code,
        transmissions as value
    from {{ ref('annex_6_decisions') }}
),

-- Every dimension of annex 2 adds up to the total, so gender gives it. Bookings and competences are not in a total.
divided as (
    select
        cells.annex,
        cells.measure,
        measures.dimension,
        cells.year,
        cells.nis_code,
        cells.value,
        case
            when measures.dimension = cells.part then cells.category
            when measures.dimension in ('planned_duration', 'duration') then cells.duration_class
            when measures.dimension = 'ending' then cells.part
            when measures.dimension = 'ending_duration' then cells.part || '/' || cells.duration_class
            when cells.part in ('booking_year', 'competence_strengthening') then null
            when measures.dimension = 'outcome_group' then cells.part
            when measures.dimension = 'total' and (cells.annex <> 2 or cells.part = 'gender') then 'total'
        end as category
    from cells
    inner join measures
        on
            cells.annex = measures.annex
            and cells.measure = measures.measure
),

final as (
    select
        annex,
        measure,
        dimension,
        category,
        year,
        nis_code,
        cast(sum(value) as decimal(18, 2)) as value
    from divided
    where category is not null
    group by annex, measure, dimension, category, year, nis_code
)

select * from final
