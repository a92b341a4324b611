-- What a release may show of `warehouse` beside its counts; `hidden` are the amounts that it leaves out.

-- The means and medians that may be shown, under the names of the counts that they are of.
create temp view exact_statistics as
select
    figures.annex,
    names.published_measure as measure,
    figures.year,
    figures.area_level,
    figures.area_code,
    names.published_dimension as dimension,
    names.published_category as category,
    cast(any_value(figures.value) filter (figures.measure = 'mean_months') as decimal(9, 1))
        as mean_months,
    cast(any_value(figures.value) filter (figures.measure = 'median_months') as decimal(9, 1))
        as median_months
from warehouse.marts.figures as figures
inner join warehouse.marts.dim_figures as names using (annex, measure, dimension, category)
where
    names.kind = 'average'
    and if(figures.area_level = 'municipality', names.is_municipal, names.is_regional)
group by all;

-- Every amount, those of `hidden` without their value but with a row of their sum per province.
create temp view exact_amounts as
with amounts as (
    select
        amounts.*,
        hidden.area_id is not null as is_hidden
    from warehouse.publication.publication_amounts as amounts
    left join hidden using (basis, year, area_id)
),

shared as (
    select
        basis,
        amount,
        year,
        parent_area_id as area_id,
        sum(amount_eur) as amount_eur,
        count(*) as municipalities
    from amounts
    where area_level = 'municipality' and is_hidden
    group by all
)

select
    basis,
    amount,
    year,
    area_level,
    area_code,
    area_id,
    case when not is_hidden then amount_eur end as amount_eur,
    case when is_hidden then '[c]' end as marker,
    cast(null as bigint) as municipalities
from amounts
union all
-- Where the total of the province is left out, so is what its municipalities share.
select
    shared.basis,
    shared.amount,
    shared.year,
    'group' as area_level,
    provinces.area_code,
    shared.area_id,
    case when not provinces.is_hidden then shared.amount_eur end as amount_eur,
    case when provinces.is_hidden then '[c]' end as marker,
    shared.municipalities
from shared
inner join amounts as provinces using (basis, amount, year, area_id);
