with

last_days as (
    select max(cast(recorded_at as date)) as last_day from {{ ref('int_trajectories__accepted') }}
    union all
    select max(booked_on) as last_day from {{ ref('int_subsidies__accepted') }}
    union all
    select max(cast(recorded_at as date)) as last_day from {{ ref('int_subsidy_claims__accepted') }}
    union all
    select max(cast(recorded_at as date)) as last_day from {{ ref('int_outflow__accepted') }}
    union all
    select max(cast(recorded_at as date)) as last_day from {{ ref('int_transmissions__accepted') }}
),

final as (
    select
        coalesce({{ as_of_variable() }}, max(last_day)) as as_of,
        max(last_day) as last_recorded_day
    from last_days
)

select * from final
