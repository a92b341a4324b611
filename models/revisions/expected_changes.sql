with

changes as (
    select * from {{ ref('fct_figure_changes') }}
),

reporting_years as (
    select * from {{ ref('dim_reporting_years') }}
),

-- The last day of which anything is known, and every quarter of a year before it.
days as (
    select
        quarter,
        {{ add_months('least(as_of, last_recorded_day)', '-3 * quarter') }} as known_on
    from {{ ref('dim_parameters') }}
    cross join generate_series(0, 63) as quarters (quarter)
),

-- What was known then of years that were over; `age` counts the full years since.
known as (
    select
        days.quarter,
        days.known_on,
        changes.annex,
        changes.measure,
        changes.area_level,
        changes.area_code,
        changes.area,
        changes.year,
        date_sub('year', make_date(changes.year, 12, 31), days.known_on) as age,
        cast(sum(changes.change) as double) as known_value
    from days
    inner join changes on days.known_on >= changes.known_on and days.known_on >= make_date(changes.year, 12, 31)
    group by all
),

-- In a year of starting up, or a part of one, figures grow in another way.
usual as (
    select *
    from known
    where known_value > 0
    qualify 2 * known_value >= max(known_value) over (partition by quarter, annex, measure, area_code)
),

-- Per quarter, by what was known then: how much a figure grew from one age to the next, and how that varied. The
-- order of the rows is fixed: sums of doubles depend on it.
factors as (
    select
        days.quarter,
        earlier.annex,
        earlier.measure,
        earlier.area_code,
        earlier.age,
        sum(earlier.known_value order by earlier.quarter) as base,
        sum(later.known_value order by earlier.quarter) / base as factor,
        greatest(
            sum(later.known_value * later.known_value / earlier.known_value order by earlier.quarter) / base
            - factor * factor,
            0
        )
        * base / (count(*) - 1) as variance
    from usual as earlier
    inner join usual as later
        on
            earlier.annex = later.annex
            and earlier.measure = later.measure
            and earlier.area_code = later.area_code
            and earlier.year = later.year
            and earlier.quarter = later.quarter + 4
    inner join days on later.quarter >= days.quarter and (later.quarter - days.quarter) % 4 = 0
    where days.quarter <= 20
    group by all
    having count(*) >= 3
),

grown as (
    select
        usual.*,
        factors.age + 1 - usual.age as years_ahead,
        factors.factor,
        factors.base,
        factors.variance,
        product(factors.factor) over ages as growth,
        count(*) over ages as known_factors
    from usual
    inner join factors
        on
            usual.quarter = factors.quarter
            and usual.annex = factors.annex
            and usual.measure = factors.measure
            and usual.area_code = factors.area_code
            and usual.age <= factors.age
    window ages as (
        partition by usual.quarter, usual.annex, usual.measure, usual.area_code, usual.year
        order by factors.age
    )
),

-- Only where every factor up to that age is known. Mack's standard error: of the process, and of the factors. 80 % of a
-- normal distribution is within 1.2816 of it.
estimated as (
    select
        *,
        known_value * (growth - 1) as change,
        1.2816 * known_value * growth * sqrt(
            sum(variance / (factor * factor) * (factor / (known_value * growth) + 1 / base)) over ages
        ) as margin
    from grown
    where known_factors = years_ahead
    window ages as (partition by quarter, annex, measure, area_code, year order by years_ahead)
),

compared as (
    select
        estimated.*,
        later.known_value - estimated.known_value as actual_change,
        100 * (estimated.change - estimated.margin) / estimated.known_value as lowest_percent,
        100 * (estimated.change + estimated.margin) / estimated.known_value as highest_percent,
        max(estimated.years_ahead) over (
            partition by estimated.quarter, estimated.annex, estimated.measure, estimated.area_code, estimated.year
        ) as furthest
    from estimated
    left join known as later
        on
            estimated.annex = later.annex
            and estimated.measure = later.measure
            and estimated.area_code = later.area_code
            and estimated.year = later.year
            and estimated.quarter - 4 * estimated.years_ahead = later.quarter
),

final as (
    select
        compared.known_on,
        compared.annex,
        compared.measure,
        compared.area_level,
        compared.area_code,
        compared.area,
        compared.year,
        cast(compared.years_ahead as integer) as years_ahead,
        cast(compared.known_value as decimal(18, 2)) as known_value,
        cast(compared.change as decimal(18, 2)) as expected_change,
        cast(compared.change - compared.margin as decimal(18, 2)) as lowest_change,
        cast(compared.change + compared.margin as decimal(18, 2)) as highest_change,
        cast(round(100 * compared.change / compared.known_value) as integer) as expected_percent,
        cast(floor(compared.lowest_percent) as integer) as lowest_percent,
        cast(ceil(compared.highest_percent) as integer) as highest_percent,
        cast(compared.actual_change as decimal(18, 2)) as actual_change,
        cast(round(100 * avg(cast(abs(compared.actual_change - compared.change) <= compared.margin as integer)) filter (
            where compared.margin > 0 and compared.actual_change is not null
        ) over (partition by compared.annex, compared.measure)) as integer) as percent_within,
        compared.quarter = 0
        and reporting_years.year is not null
        and compared.years_ahead = compared.furthest
        and compared.margin > 0
        and compared.highest_percent - compared.lowest_percent <= 50 as is_shown
    from compared
    left join reporting_years
        on
            compared.annex = reporting_years.annex
            and compared.year = reporting_years.year
)

select * from final
