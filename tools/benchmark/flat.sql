-- One group-by over one scan per mart: neither versions nor netting, joins or mergers. Not the cells of the annexes, but
-- the least that any program must read and add up. Variable: folder (the files).
create table flat_annex_1_started_trajectories as
select year(start_date), ocmw_nis, date_diff('month', start_date, planned_end_date), count(*)
from read_parquet(getvariable('folder') || '/raw_trajectories*.parquet') group by all;

create table flat_annex_2_profile as
select year(start_date), ocmw_nis, gender, year(birth_date), year(unemployed_since), education_level,
    migration_background, count(*)
from read_parquet(getvariable('folder') || '/raw_trajectories*.parquet')
group by year(start_date), ocmw_nis, grouping sets (
    gender, year(birth_date), year(unemployed_since), education_level, migration_background);

create table flat_annex_3_wage_subsidies as
select year(performance_month), ocmw_nis, count(distinct client_id), sum(amount_eur)
from read_parquet(getvariable('folder') || '/raw_subsidies*.parquet') where stream = 'loontoelage' group by all;

create table flat_annex_3_by_booking_year as
select year(booked_on), ocmw_nis, sum(amount_eur)
from read_parquet(getvariable('folder') || '/raw_subsidies*.parquet') where stream = 'loontoelage' group by all;

create table flat_annex_4_ended_trajectories as
select year(end_date), ocmw_nis, end_reason, date_diff('month', start_date, end_date), count(*)
from read_parquet(getvariable('folder') || '/raw_trajectories*.parquet') group by all;

create table flat_annex_5_outflow as
select year(start_date), spell_code, count(*), count(distinct client_id)
from read_parquet(getvariable('folder') || '/raw_outflow*.parquet') group by all;

create table flat_annex_6_transmissions as
select year(transmission_date), count(distinct client_id)
from read_parquet(getvariable('folder') || '/raw_transmissions*.parquet') group by all;

create table flat_annex_6_decisions as
select year(transmission_date), decision, count(*)
from read_parquet(getvariable('folder') || '/raw_transmissions*.parquet') group by all;
