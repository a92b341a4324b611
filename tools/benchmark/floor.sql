-- The cells of the annex marts, as fast as plain DuckDB makes them: scans of only the columns and years that matter,
-- one aggregation per mart. The raw_ relations are views over the files, or tables that were stored before. It rests on what the generator promises and a delivery never
-- does: native types, no row to refuse, no claims. Variables: folder (the files), reference (the seeds).
set variable last_day = (
    select max(cast(stats_max_value as date))
    from parquet_metadata(getvariable('folder') || '/raw_*.parquet')
    where path_in_schema in ('recorded_at', 'booked_on')
);

create temp macro full_months(a, b) as
date_diff('month', a, b) - (cast(a + to_months(cast(date_diff('month', a, b) as integer)) as date) > b)::integer;

create temp table years as
select
    annex,
    unnest(range(first_year, last_year + 1))::integer as year
from read_csv(getvariable('reference') || '/annexes.csv');

create temp table municipalities as
with recursive forwarded as (
    select
        nis_code as ocmw_nis,
        nis_code,
        date '1900-01-01' as day
    from read_csv(getvariable('reference') || '/municipalities.csv', all_varchar = true)
    union all
    select
        forwarded.ocmw_nis,
        mergers.new_nis,
        mergers.effective_date::date
    from forwarded
    inner join read_csv(getvariable('reference') || '/municipality_mergers.csv', all_varchar = true) as mergers
        on forwarded.nis_code = mergers.old_nis and forwarded.day < mergers.effective_date::date
    where mergers.effective_date::date <= date '2024-12-31'
)

select
    ocmw_nis,
    max_by(nis_code, day) as nis_code
from forwarded
group by ocmw_nis;

create temp table trajectories as
with latest as (
    select
        trajectory_id,
        arg_min(struct_pack(a := start_date, b := planned_end_date), recorded_at) as plan,
        arg_max(
            struct_pack(
                is_void, client_id, ocmw_nis, start_date, planned_end_date, end_date, end_reason, gender, birth_date,
                unemployed_since, education_level, migration_background
            ),
            recorded_at
        ) as v
    from raw_trajectories
    group by trajectory_id
)

select
    row_number() over () as number,
    plan,
    v.client_id,
    municipalities.nis_code,
    v.start_date,
    v.end_date,
    cast(v.end_date + to_months(12) as date) as measure_date,
    coalesce(reasons.is_early, v.end_date < v.planned_end_date) as is_early,
    v.gender,
    full_months(v.birth_date, v.start_date) // 12 as age,
    case when v.unemployed_since <= v.start_date then full_months(v.unemployed_since, v.start_date) end as unemployed,
    v.education_level,
    v.migration_background
from latest
inner join municipalities on latest.v.ocmw_nis = municipalities.ocmw_nis
left join read_csv(getvariable('reference') || '/end_reasons.csv') as reasons on latest.v.end_reason = reasons.end_reason
where not v.is_void and v.start_date <= getvariable('last_day');

create table annex_1_started_trajectories as
select
    year(start_date) as year,
    nis_code,
    full_months(plan.a, cast(plan.b + 1 as date)) as planned_duration_months,
    count(*) as trajectories
from trajectories
where year(start_date) in (select year from years where annex = 1)
group by all;

create table annex_2_profile as
with coded as (
    select
        year(start_date) as year,
        nis_code,
        case gender when 'M' then 'male' when 'V' then 'female' when 'X' then 'other' else 'unknown' end as gender,
        case
            when age between 15 and 24 then 'under_25'
            when age between 25 and 39 then '25_39'
            when age between 40 and 54 then '40_54'
            when age between 55 and 80 then '55_plus'
            else 'unknown'
        end as age,
        case
            when unemployed < 12 then 'under_1_year'
            when unemployed < 24 then '1_to_2_years'
            when unemployed >= 24 then '2_years_plus'
            else 'unknown'
        end as unemployment_duration,
        case
            when education_level = 'kort' then 'low_educated'
            when education_level in ('midden', 'hoog') then 'not_low_educated'
            else 'unknown'
        end as education,
        case when migration_background then 'yes' when not migration_background then 'no' else 'unknown' end
            as migration_background
    from trajectories
    where year(start_date) in (select year from years where annex = 2)
),

-- Few combinations: counted once, then added up along each dimension.
combinations as (
    select *, count(*) as trajectories
    from coded
    group by all
)

select
    year,
    nis_code,
    dimension,
    category,
    sum(trajectories)::bigint as trajectories
from combinations
unpivot (category for dimension in (gender, age, unemployment_duration, education, migration_background))
group by year, nis_code, dimension, category;

create table annex_4_ended_trajectories as
select
    year(end_date) as year,
    nis_code,
    case when is_early then 'ended_early' else 'completed' end as ending,
    full_months(start_date, cast(end_date + 1 as date)) as duration_months,
    count(*) as trajectories
from trajectories
where end_date <= getvariable('last_day') and year(end_date) in (select year from years where annex = 4)
group by all;

create temp table cohort as
select
    number,
    client_id,
    nis_code,
    end_date,
    measure_date,
    year(measure_date)::integer as year
from trajectories
where
    end_date <= getvariable('last_day')
    and measure_date <= getvariable('last_day')
    and year(measure_date) in (select year from years where annex in (5, 6));

create table annex_5_outflow as
with codes as (
    select *
    from read_csv(getvariable('reference') || '/outflow_codes.csv')
),

latest as (
    select arg_max(struct_pack(is_void, client_id, spell_code, start_date, end_date), recorded_at) as v
    from raw_outflow
    group by spell_id
),

spells as (
    select
        latest.v.client_id as client_id,
        latest.v.start_date as start_date,
        latest.v.end_date as end_date,
        codes.priority,
        codes.kind = 'status' as is_status
    from latest
    inner join codes on latest.v.spell_code = codes.spell_code
    where not latest.v.is_void
    union all
    -- A trajectory is a spell of being in TWE again; the one that is measured has ended before its measure date.
    select
        client_id,
        start_date,
        end_date,
        (select priority from codes where outcome = 'again_in_twe'),
        true
    from trajectories
),

candidates as (
    select
        cohort.number,
        min(spells.priority) filter (where spells.is_status and coalesce(spells.end_date >= cohort.measure_date, true))
            as status,
        list(distinct spells.priority) filter (where not spells.is_status) as competences
    from cohort
    inner join spells
        on
            cohort.client_id = spells.client_id
            and cohort.measure_date >= spells.start_date
            and cohort.end_date < coalesce(spells.end_date, cohort.measure_date)
    group by cohort.number
),

outcomes as (
    select
        cohort.year,
        cohort.nis_code,
        cohort.client_id,
        unnest(list_append(
            coalesce(candidates.competences, []),
            coalesce(candidates.status, (select priority from codes where outcome = 'unknown'))
        )) as priority
    from cohort
    left join candidates on cohort.number = candidates.number
    where cohort.year in (select year from years where annex = 5)
),

counted as (
    select
        year,
        nis_code,
        priority,
        count(*) as trajectories,
        count(distinct client_id) as clients
    from outcomes
    group by all
)

select
    counted.year,
    counted.nis_code,
    codes.outcome_group,
    codes.outcome,
    counted.trajectories,
    counted.clients
from counted
inner join codes on counted.priority = codes.priority;

create temp table cohort_transmissions as
with latest as (
    select
        arg_max(struct_pack(is_void, client_id, transmission_date, decision, decision_date), recorded_at) as v
    from raw_transmissions
    group by transmission_id
)

select
    cohort.number,
    cohort.year,
    cohort.nis_code,
    case
        when v.decision is null or coalesce(v.decision_date > getvariable('last_day'), false) then 'pending'
        else coalesce(decisions.decision, 'unknown')
    end as decision
from cohort
inner join latest
    on
        cohort.client_id = latest.v.client_id
        and cohort.end_date < latest.v.transmission_date
        and cohort.measure_date >= latest.v.transmission_date
left join read_csv(getvariable('reference') || '/transmission_decisions.csv') as decisions
    on latest.v.decision = decisions.decision_code
where not v.is_void and cohort.year in (select year from years where annex = 6);

create table annex_6_transmissions as
select
    cohort.year,
    cohort.nis_code,
    count(*) as ended_trajectories,
    count(hit.number) as trajectories_with_transmission
from cohort
left join (select distinct number from cohort_transmissions) as hit on cohort.number = hit.number
where cohort.year in (select year from years where annex = 6)
group by all;

create table annex_6_decisions as
select
    year,
    nis_code,
    decision,
    count(*) as transmissions
from cohort_transmissions
group by all;

-- The ledger is scanned once per mart: reading it again is faster than keeping its lines.
create table annex_3_by_booking_year as
select
    year(booked_on)::integer as year,
    nis_code,
    coalesce(sum(amount_eur) filter (where amount_eur > 0), 0)::decimal(18, 2) as gross_paid_eur,
    coalesce(sum(amount_eur) filter (where amount_eur < 0), 0)::decimal(18, 2) as recovered_eur,
    sum(amount_eur)::decimal(18, 2) as paid_eur
from raw_subsidies as lines
inner join municipalities on lines.ocmw_nis = municipalities.ocmw_nis
where
    stream = 'loontoelage'
    and booked_on <= getvariable('last_day')
    and booked_on >= (select make_date(min(year), 1, 1) from years where annex = 3)
    and booked_on <= (select make_date(max(year), 12, 31) from years where annex = 3)
group by all;

create table annex_3_wage_subsidies as
with months as (
    select
        client_id,
        ocmw_nis,
        date_trunc('month', performance_month) as month,
        sum(amount_eur) as net_eur,
        sum(amount_eur) filter (where amount_eur > 0) as gross_eur
    from raw_subsidies
    where
        stream = 'loontoelage'
        and booked_on <= getvariable('last_day')
        and performance_month >= (select make_date(min(year), 1, 1) from years where annex = 3)
        and performance_month <= (select make_date(max(year), 12, 31) from years where annex = 3)
    group by all
),

-- A client is counted once per municipality, not once per code before its merger.
clients as (
    select
        months.client_id,
        year(months.month)::integer as year,
        municipalities.nis_code,
        count(*) filter (where net_eur > 0) as subsidised_months,
        sum(gross_eur) as gross_eur,
        sum(net_eur) as net_eur
    from months
    inner join municipalities on months.ocmw_nis = municipalities.ocmw_nis
    group by all
)

select
    year,
    nis_code,
    sum(subsidised_months)::bigint as subsidised_months,
    count(*) filter (where subsidised_months > 0) as clients,
    coalesce(sum(gross_eur), 0)::decimal(18, 2) as gross_paid_eur,
    (sum(net_eur) - coalesce(sum(gross_eur), 0))::decimal(18, 2) as recovered_eur,
    sum(net_eur)::decimal(18, 2) as paid_eur
from clients
group by year, nis_code;
