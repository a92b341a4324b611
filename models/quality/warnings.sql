with

trajectories as (
    select * from {{ ref('int_trajectories__current') }}
),

over_24_months as (
    select
        'raw_trajectories' as extract,
        trajectory_id as record_key,
        'over_24_months' as warning,
        concat_ws(
            '', 'start_date: ', start_date, ', planned_end_date: ', planned_end_date, ', end_date: ', end_date
        ) as detail
    from trajectories
    where greatest(planned_end_date, end_date) >= {{ add_months('start_date', 24) }}
),

-- In the order of their start, a trajectory overlaps the earlier one that ends last, or else the next one, if any.
neighbours as (
    select
        trajectory_id,
        start_date,
        coalesce(end_date, date '9999-12-31') as end_date,
        max(coalesce(end_date, date '9999-12-31')) over earlier as earlier_end,
        max_by(
            trajectory_id, concat_ws(' ', coalesce(end_date, date '9999-12-31'), trajectory_id)
        ) over earlier as earlier_id,
        lead(start_date) over (partition by client_id order by start_date, trajectory_id) as next_start,
        lead(trajectory_id) over (partition by client_id order by start_date, trajectory_id) as next_id
    from trajectories
    window
        earlier as (
            partition by client_id
            order by start_date, trajectory_id
            rows between unbounded preceding and 1 preceding
        )
),

overlapping as (
    select
        'raw_trajectories' as extract,
        trajectory_id as record_key,
        'overlapping_trajectories' as warning,
        concat_ws('', 'overlaps ', case when earlier_end >= start_date then earlier_id else next_id end) as detail
    from neighbours
    where
        earlier_end >= start_date
        or next_start <= end_date
),

below_zero as (
    select
        'raw_subsidies' as extract,
        concat_ws(' ', client_id, ocmw_nis, performance_month, stream) as record_key,
        'net_below_zero' as warning,
        concat_ws('', 'net_eur: ', net_eur) as detail
    from {{ ref('fct_subsidy_corrected_months') }}
    where net_eur < 0
),

final as (
    select * from {{ ref('int_value_warnings') }}
    union all
    select * from over_24_months
    union all
    select * from overlapping
    union all
    select * from below_zero
)

select * from final
