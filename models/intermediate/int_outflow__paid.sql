with

outflow as (
    select *
    from {{ ref('fct_outflow') }}
    where {{ is_changed_client('client_id', ['trajectories', 'subsidies']) }}
),

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

lines as (
    select *
    from {{ ref('fct_subsidy_lines') }}
    where
        stream = 'loontoelage'
        and {{ is_changed_client('client_id', ['trajectories', 'subsidies']) }}
),

final as (
    select
        outflow.trajectory_id,
        outflow.client_id,
        cast(sum(lines.amount_eur) as decimal(18, 2)) as paid_eur
    from outflow
    inner join trajectories on outflow.trajectory_id = trajectories.trajectory_id
    inner join lines
        on
            trajectories.client_id = lines.client_id
            and trajectories.ocmw_nis = lines.ocmw_nis
            and date_trunc('month', trajectories.start_date) <= lines.performance_month
            and trajectories.end_date >= lines.performance_month
    group by outflow.trajectory_id, outflow.client_id
)

select * from final
