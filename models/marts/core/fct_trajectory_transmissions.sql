with

cohort as (
    select * from {{ ref('int_outflow__cohort') }}
),

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

transmissions as (
    select * from {{ ref('fct_transmissions') }}
),

final as (
    select
        cohort.trajectory_id,
        transmissions.transmission_id,
        cohort.client_id,
        trajectories.nis_code,
        cast(year(cohort.measure_date) as integer) as measure_year,
        transmissions.transmission_date,
        transmissions.decision
    from cohort
    inner join trajectories on cohort.trajectory_id = trajectories.trajectory_id
    inner join transmissions
        on
            cohort.client_id = transmissions.client_id
            and cohort.end_date < transmissions.transmission_date
            and {{ add_months('cohort.end_date', window_months()) }} >= transmissions.transmission_date
)

select * from final
