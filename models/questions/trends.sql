with

rates as (
    select * from {{ ref('rates_per_1000') }}
),

durations as (
    select * from {{ ref('durations') }}
),

outflow as (
    select * from {{ ref('work_outflow') }}
),

final as (
    select
        rates.area_level,
        rates.area_code,
        rates.area,
        rates.year,
        rates.started_trajectories,
        rates.running_trajectories,
        rates.started_per_1000,
        coalesce(durations.ended_trajectories, 0) as ended_trajectories,
        durations.median_months,
        coalesce(outflow.measured_trajectories, 0) as measured_trajectories,
        coalesce(outflow.to_work, 0) as to_work,
        outflow.to_work_pct
    from rates
    left join durations
        on
            rates.year = durations.year
            and rates.area_level = durations.area_level
            and rates.area_code = durations.area_code
    left join outflow
        on
            rates.year = outflow.year
            and rates.area_level = outflow.area_level
            and rates.area_code = outflow.area_code
)

select * from final
