-- What the functions of schema questions answer is in the tables: the stock of a first and a last day, both included,
-- of the as-of date and of a day on which somebody has two trajectories; the trend by a name in any case and by code,
-- where Antwerpen is a municipality and a province, in its order; the records behind annex 1.
{%- set stock_on, trend, figure_records = ref('stock_on'), ref('trend'), ref('figure_records') %}
with

days as (
    select unnest([min(start_date), max(end_date) filter (where is_ended)]) as asked_day
    from {{ ref('fct_trajectories') }}
    union
    select as_of as asked_day
    from {{ ref('dim_parameters') }}
    union
    select min(later.start_date) as asked_day
    from {{ ref('fct_trajectories') }} as earlier
    inner join {{ ref('fct_trajectories') }} as later
        on
            earlier.client_id = later.client_id
            and earlier.trajectory_id <> later.trajectory_id
            and earlier.start_date <= later.start_date
            and earlier.end_date >= later.start_date
),

stock as (
    select
        days.asked_day,
        answers.area_level,
        answers.area_code,
        answers.running_trajectories,
        answers.persons
    from days, {{ stock_on }}(days.asked_day) as answers
    where days.asked_day is not null
),

expected_stock as (
    select
        days.asked_day,
        areas.area_level,
        areas.area_code,
        count(*) as running_trajectories,
        count(distinct trajectories.client_id) as persons
    from days
    inner join {{ ref('fct_trajectories') }} as trajectories
        on
            days.asked_day >= trajectories.start_date
            and (trajectories.end_date is null or days.asked_day <= trajectories.end_date)
    inner join {{ ref('areas') }} as areas on trajectories.nis_code = areas.nis_code
    group by days.asked_day, areas.area_level, areas.area_code
),

asked as (
    select
        unnest(['antwerpen', 'antwerpen', 'SINT niklaas', '02000']) as of_area,
        unnest(['municipality', 'province', 'municipality', 'region']) as area_level,
        unnest(['11002', '10000', '46021', '02000']) as area_code
),

trend as (
    select
        questions.of_area,
        answers.*
    from (select distinct of_area from asked) as questions, {{ trend }}(questions.of_area) as answers
),

expected_trend as (
    select
        asked.of_area,
        trends.*
    from asked
    inner join {{ ref('trends') }} as trends
        on
            asked.area_level = trends.area_level
            and asked.area_code = trends.area_code
),

orders as (
    select
        row_number() over () as place_given,
        row_number() over (order by area_level, area_code, year) as place_due
    from {{ trend }}('antwerpen')
),

records as (
    select
        records.year,
        records.nis_code,
        records.category,
        sum(records.value) as trajectories
    from {{ figure_records }}() as records
    inner join {{ ref('dim_reporting_years') }} as years on records.year = years.year
    where
        records.mart = 'annex_1_started_trajectories'
        and years.annex = 1
    group by records.year, records.nis_code, records.category
),

expected_records as (
    select
        year,
        nis_code,
        cast(planned_duration_months as string) as category,
        trajectories
    from {{ ref('annex_1_started_trajectories') }}
),

differences as (
    {%- for answer, expected in [
        ('stock', 'expected_stock'), ('trend', 'expected_trend'), ('records', 'expected_records'),
    ] %}
    {%- for one, other in [(answer, expected), (expected, answer)] %}
    select
        '{{ one }}' as only_in,
        to_json(found) as row_found
    from (
        select * from {{ one }}
        except all
        select * from {{ other }}
    ) as found
    union all
    {%- endfor %}
    {%- endfor %}
    select
        'order' as only_in,
        to_json(orders) as row_found
    from orders
    where place_given <> place_due
)

select * from differences
