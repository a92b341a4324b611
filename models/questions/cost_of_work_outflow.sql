with

outflow as (
    select * from {{ ref('fct_outflow') }}
),

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

lines as (
    select *
    from {{ ref('fct_subsidy_lines') }}
    where stream = 'loontoelage'
),

-- Codes are those of their time: one OCMW may have several, before and after a merger.
ocmws as (
    select * from {{ ref('int_municipalities__reported') }}
),

-- A month is paid as a whole: the first one counts from its first day.
paid as (
    select
        trajectories.trajectory_id,
        sum(lines.amount_eur) as paid_eur
    from trajectories
    inner join ocmws on trajectories.ocmw_nis = ocmws.ocmw_nis
    inner join lines
        on
            trajectories.client_id = lines.client_id
            and date_trunc('month', trajectories.start_date) <= lines.performance_month
            and trajectories.end_date >= lines.performance_month
    inner join ocmws as paying
        on
            lines.ocmw_nis = paying.ocmw_nis
            and ocmws.latest_nis_code = paying.latest_nis_code
    group by trajectories.trajectory_id
),

areas as (
    select * from {{ ref('areas') }}
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

counts as (
    select
        outflow.measure_year as year,
        areas.area_level,
        areas.area_code,
        areas.area,
        count(*) as measured_trajectories,
        count(*) filter (where outflow.outcome_group = 'work') as to_work,
        cast(coalesce(sum(paid.paid_eur), 0) as decimal(18, 2)) as paid_eur
    from outflow
    inner join areas on outflow.nis_code = areas.nis_code
    left join paid on outflow.trajectory_id = paid.trajectory_id
    group by outflow.measure_year, areas.area_level, areas.area_code, areas.area
),

-- Versions of DuckDB round an exact half of a double up or down, of a decimal always up.
final as (
    select
        counts.*,
        parameters.measure_months,
        cast(
            round(cast(counts.paid_eur / counts.measured_trajectories as decimal(20, 6)), 2) as decimal(18, 2)
        ) as paid_per_trajectory_eur,
        cast(
            round(cast(counts.paid_eur / nullif(counts.to_work, 0) as decimal(20, 6)), 2) as decimal(18, 2)
        ) as paid_per_work_outcome_eur
    from counts
    cross join parameters
)

select * from final
