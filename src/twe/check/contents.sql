-- What a delivery is about: rows per extract, and rows per month of booking and per municipality.
select
    'extract' as subject,
    extract as name,
    delivered as found
from quality.balance
union all
select
    'month' as subject,
    strftime(booked_on, '%Y-%m') as name,
    count(*) as found
from staging.stg_subsidies
where booked_on is not null
group by all
union all
select
    'municipality' as subject,
    concat_ws(' ', municipalities.nis_code, any_value(municipalities.name)) as name,
    count(*) as found
from (
    select ocmw_nis from staging.stg_trajectories
    union all
    select ocmw_nis from staging.stg_subsidies
) as delivered
inner join reference.municipalities on delivered.ocmw_nis = municipalities.nis_code
group by municipalities.nis_code
order by all
