with

rates as (
    select * from {{ ref('rates_per_1000') }}
),

trajectories as (
    select *
    from {{ ref('fct_trajectories') }}
    where is_ended
),

outflow as (
    select * from {{ ref('fct_outflow') }}
),

areas as (
    select * from {{ ref('areas') }}
),

-- Versions of DuckDB round an exact half of a double up or down, of a decimal always up.
ended as (
    select
        trajectories.end_year as year,
        areas.area_level,
        areas.area_code,
        count(*) as ended_trajectories,
        count(*) filter (where trajectories.ending = 'ended_early') as ended_early,
        cast(round(cast(avg(trajectories.duration_months) as decimal(18, 6)), 1) as double) as mean_months,
        median(trajectories.duration_months) as median_months
    from trajectories
    inner join areas on trajectories.nis_code = areas.nis_code
    group by trajectories.end_year, areas.area_level, areas.area_code
),

measured as (
    select
        outflow.measure_year as year,
        areas.area_level,
        areas.area_code,
        count(*) as measured_trajectories,
        count(*) filter (where outflow.outcome_group = 'work') as to_work,
        count(*) filter (where outflow.outcome = 'regular_economy') as to_regular_economy
    from outflow
    inner join areas on outflow.nis_code = areas.nis_code
    group by outflow.measure_year, areas.area_level, areas.area_code
),

final as (
    select
        rates.area_level,
        rates.area_code,
        rates.area,
        rates.year,
        rates.started_trajectories,
        rates.first_trajectories,
        rates.started_persons,
        rates.running_trajectories,
        rates.started_per_1000,
        coalesce(ended.ended_trajectories, 0) as ended_trajectories,
        coalesce(ended.ended_early, 0) as ended_early,
        ended.mean_months,
        ended.median_months,
        coalesce(measured.measured_trajectories, 0) as measured_trajectories,
        coalesce(measured.to_work, 0) as to_work,
        coalesce(measured.to_regular_economy, 0) as to_regular_economy,
        cast(
            round(cast(100 * measured.to_work / measured.measured_trajectories as decimal(18, 6)), 1) as double
        ) as to_work_pct,
        cast(
            round(cast(100 * measured.to_regular_economy / measured.measured_trajectories as decimal(18, 6)), 1)
            as double
        ) as to_regular_economy_pct
    from rates
    left join ended
        on
            rates.year = ended.year
            and rates.area_level = ended.area_level
            and rates.area_code = ended.area_code
    left join measured
        on
            rates.year = measured.year
            and rates.area_level = measured.area_level
            and rates.area_code = measured.area_code
)

select * from final
