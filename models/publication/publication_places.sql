{#- Counts of another moment or window than the first answer's 12 months are other counts, in every release. -#}
{%- set months = var('measure_months') | int -%}
{%- set at = '' if months == 12 else '_after_' ~ months ~ '_months' -%}
{%- set within = '' if window_months() == 12 and at == '' else '_within_' ~ window_months() ~ '_months' -%}
with

names as (
    select *
    from {{ ref('dim_figures') }}
    where kind = 'count'
),

-- Claims that were not delivered have no figure to protect.
figures as (
    select *
    from {{ ref('figures') }}
    where value is not null
),

areas as (
    select * from {{ ref('publication_areas') }}
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

-- Who is behind months and claims, of which a person has several: the clients with a paid month, or with a claim.
persons as (
    select
        figures.annex,
        case figures.measure when 'clients' then 'subsidised_months' else 'claims' end as measure,
        located.area_level,
        located.area_code,
        figures.year,
        sum(case figures.measure when 'clients' then figures.value else figures.persons end) as persons
    from figures
    inner join {{ ref('areas') }} as located on figures.area_code = located.nis_code
    where
        figures.area_level = 'municipality'
        and figures.measure in ('clients', 'claimed_eur')
        and figures.dimension = 'total'
    group by figures.annex, figures.measure, located.area_level, located.area_code, figures.year
),

shown as (
    select
        figures.annex,
        names.published_measure as measure,
        names.published_dimension as dimension,
        names.published_category as category,
        names.adds_up_to,
        -- Not a profile that has the category yes itself: one of two parts, of which the other is not a figure.
        names.published_category = 'yes' and names.category <> 'yes' as is_yes_or_no,
        figures.year,
        areas.area_id,
        areas.area_level,
        areas.area_code,
        cast(figures.value as bigint) as true_value,
        cast(coalesce(persons.persons, figures.value) as bigint) as persons,
        names.units_per_person
    from figures
    inner join names
        on
            figures.annex = names.annex
            and figures.measure = names.measure
            and figures.dimension = names.dimension
            and figures.category = names.category
    inner join areas
        on
            figures.area_level = areas.area_level
            and figures.area_code = areas.area_code
    left join persons
        on
            figures.annex = persons.annex
            and figures.measure = persons.measure
            and figures.area_level = persons.area_level
            and figures.area_code = persons.area_code
            and figures.year = persons.year
    where case when figures.area_level = 'municipality' then names.is_municipal else names.is_regional end
),

totals as (
    select *
    from shown
    where dimension = 'total'
),

-- What a reader gets by subtracting is as good as published: it is protected too, without an annex.
without as (
    select
        shown.* replace (
            null as annex,
            'no' as category,
            totals.true_value - shown.true_value as true_value,
            totals.persons - shown.persons as persons
        )
    from shown
    inner join totals
        on
            shown.annex = totals.annex
            and shown.measure = totals.measure
            and shown.year = totals.year
            and shown.area_id = totals.area_id
    where shown.is_yes_or_no
),

-- A cohort whose measure dates are not all known is a part of the trajectories that ended in its year, when all of it
-- ended in one year. Annexes 5 and 6 both have it.
cohort_parts as (
    select distinct
        ended.* replace (
            null as annex,
            'measurement' as dimension,
            unnest(['measured', 'later']) as category,
            'total' as adds_up_to,
            unnest([cohorts.true_value, ended.true_value - cohorts.true_value]) as true_value,
            unnest([cohorts.true_value, ended.true_value - cohorts.true_value]) as persons
        )
    from totals as ended
    inner join totals as cohorts on ended.area_id = cohorts.area_id
    inner join parameters
        on
            12 * (cohorts.year - ended.year) = parameters.measure_months
            and make_date(cohorts.year, 12, 31) > parameters.as_of
    where
        ended.measure = 'ended_trajectories'
        and cohorts.measure = 'measured_trajectories'
),

counts as (
    select * from shown
    union all
    select * from without
    union all
    select * from cohort_parts
),

-- Annex 4 of a year and the cohort of one or more whole years later are the same trajectories, once all are measured.
compared as (
    select
        counts.*,
        counts.dimension = 'measurement' and counts.category = 'measured' as is_measured_part,
        parameters.measure_months // 12 as years_later,
        parameters.measure_months % 12 = 0
        and counts.measure = 'measured_trajectories'
        and counts.dimension = 'total'
        and make_date(counts.year, 12, 31) <= parameters.as_of as is_complete_cohort
    from counts
    cross join parameters
),

final as (
    select
        * exclude (is_yes_or_no, is_measured_part, is_complete_cohort, years_later),
        case
            when is_measured_part then 'measured_trajectories'
            when is_complete_cohort then 'ended_trajectories'
            else measure
        end as cell_measure,
        case
            when is_measured_part then year + years_later
            when is_complete_cohort then year - years_later
            else year
        end as period,
        case
            when is_measured_part then 'total{{ at }}'
            when is_complete_cohort then 'total'
            when measure = 'transmissions' or is_yes_or_no then dimension || '{{ at }}{{ within }}'
            when measure = 'measured_trajectories' or dimension = 'measurement' then dimension || '{{ at }}'
            else dimension
        end as cell_dimension,
        case when is_measured_part then 'total' else category end as cell_category,
        concat_ws(':', cell_measure, period, area_id, cell_dimension, cell_category) as cell_id
    from compared
)

-- In this order the long keys take less than half of the space.
select * from final
order by cell_id
