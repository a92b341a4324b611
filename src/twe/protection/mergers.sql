-- The mergers after a day, with the provinces of both municipalities.
select
    mergers.old_nis,
    mergers.new_nis,
    mergers.effective_date,
    olds.province_nis as old_province_nis,
    news.province_nis as new_province_nis
from reference.municipality_mergers as mergers
inner join reference.municipalities as olds on mergers.old_nis = olds.nis_code
inner join reference.municipalities as news on mergers.new_nis = news.nis_code
where mergers.effective_date > getvariable('geography_date')
order by all
