with

inhabitants as (
    select * from {{ ref('inhabitants') }}
),

-- What will run after the as-of date is not known.
years as (
    select distinct inhabitants.year
    from inhabitants
    inner join {{ ref('dim_parameters') }} as parameters on inhabitants.year <= year(parameters.as_of)
),

areas as (
    select * from {{ ref('areas') }}
),

trajectories as (
    select
        *,
        row_number() over (partition by client_id order by start_date, trajectory_id) = 1 as is_first
    from {{ ref('fct_trajectories') }}
),

outflow as (
    select * from {{ ref('fct_outflow') }}
),

started as (
    select
        trajectories.start_year as year,
        areas.area_level,
        areas.area_code,
        count(*) as started_trajectories,
        count(*) filter (where trajectories.is_first) as first_trajectories,
        count(distinct trajectories.client_id) as started_persons
    from trajectories
    inner join areas on trajectories.nis_code = areas.nis_code
    group by trajectories.start_year, areas.area_level, areas.area_code
),

-- Few combinations: counted once, then for every year between start and end.
spans as (
    select
        nis_code,
        start_year,
        end_year,
        count(*) as trajectories
    from trajectories
    group by nis_code, start_year, end_year
),

running as (
    select
        years.year,
        areas.area_level,
        areas.area_code,
        cast(sum(spans.trajectories) as bigint) as running_trajectories
    from years
    inner join spans
        on
            years.year >= spans.start_year
            and years.year <= coalesce(spans.end_year, years.year)
    inner join areas on spans.nis_code = areas.nis_code
    group by years.year, areas.area_level, areas.area_code
),

ended as (
    select
        trajectories.end_year as year,
        areas.area_level,
        areas.area_code,
        count(*) as ended_trajectories,
        count(*) filter (where trajectories.ending = 'ended_early') as ended_early,
        avg(trajectories.duration_months) as mean_months,
        median(trajectories.duration_months) as median_months
    from trajectories
    inner join areas on trajectories.nis_code = areas.nis_code
    where trajectories.is_ended
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

counted as (
    select
        inhabitants.year,
        inhabitants.area_level,
        inhabitants.area_code,
        inhabitants.area,
        inhabitants.inhabitants,
        inhabitants.counted_in,
        inhabitants.size_class_nl,
        coalesce(started.started_trajectories, 0) as started_trajectories,
        coalesce(started.first_trajectories, 0) as first_trajectories,
        coalesce(started.started_persons, 0) as started_persons,
        coalesce(running.running_trajectories, 0) as running_trajectories,
        coalesce(ended.ended_trajectories, 0) as ended_trajectories,
        coalesce(ended.ended_early, 0) as ended_early,
        ended.mean_months,
        ended.median_months,
        coalesce(measured.measured_trajectories, 0) as measured_trajectories,
        coalesce(measured.to_work, 0) as to_work,
        coalesce(measured.to_regular_economy, 0) as to_regular_economy
    from inhabitants
    left join started
        on
            inhabitants.year = started.year
            and inhabitants.area_level = started.area_level
            and inhabitants.area_code = started.area_code
    left join running
        on
            inhabitants.year = running.year
            and inhabitants.area_level = running.area_level
            and inhabitants.area_code = running.area_code
    left join ended
        on
            inhabitants.year = ended.year
            and inhabitants.area_level = ended.area_level
            and inhabitants.area_code = ended.area_code
    left join measured
        on
            inhabitants.year = measured.year
            and inhabitants.area_level = measured.area_level
            and inhabitants.area_code = measured.area_code
),

-- Versions of DuckDB round an exact half of a double up or down, of a decimal always up.
final as (
    select
        * replace (cast(round(cast(mean_months as decimal(18, 6)), 1) as double) as mean_months),
        cast(
            round(cast(1000 * started_trajectories / inhabitants as decimal(18, 6)), 2) as double
        ) as started_per_1000,
        cast(
            round(cast(1000 * running_trajectories / inhabitants as decimal(18, 6)), 2) as double
        ) as running_per_1000,
        cast(
            round(cast(100 * to_work / nullif(measured_trajectories, 0) as decimal(18, 6)), 1) as double
        ) as to_work_pct,
        cast(
            round(cast(100 * to_regular_economy / nullif(measured_trajectories, 0) as decimal(18, 6)), 1) as double
        ) as to_regular_economy_pct
    from counted
)

select * from final
