{#- Counts of another moment or window than the first answer's 12 months are other counts, in every release. -#}
{%- set at = '' if measure_months() == 12 else '_after_' ~ measure_months() ~ '_months' -%}
{%- set within = '' if window_months() == 12 and at == '' else '_within_' ~ window_months() ~ '_months' -%}
{#- With other months the trajectories that ended in a year are not measured in one year. -#}
{%- set years_later = measure_months() // 12 if measure_months() % 12 == 0 else 0 -%}
with

scope as (
    select * from {{ ref('publication_scope') }}
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

durations as (
    select * from {{ ref('publication_durations') }}
),

profile as (
    select * from {{ ref('annex_2_profile') }}
),

subsidies as (
    select
        *,
        clients as persons
    from {{ ref('annex_3_wage_subsidies') }}
),

measured as (
    select * from {{ ref('publication_measured') }}
),

cohorts as (
    select
        year,
        nis_code,
        any_value(true_value) as trajectories
    from measured
    where
        measure = 'measured_trajectories'
        and dimension = 'total'
    group by year, nis_code
),

-- A cohort whose measure dates are not all known is a part of the trajectories that ended in its year, when all of it
-- ended in one year.
cohort_parts as (
    select
        cast(null as integer) as annex,
        'ended_trajectories' as measure,
        'trajectories' as content,
        'measurement' as dimension,
        unnest(['measured', 'later']) as category,
        durations.year,
        durations.nis_code,
        unnest([cohorts.trajectories, durations.true_value - cohorts.trajectories]) as true_value
    from durations
    inner join cohorts
        on
            durations.year + {{ years_later }} = cohorts.year
            and durations.nis_code = cohorts.nis_code
    inner join parameters on make_date(cohorts.year, 12, 31) > parameters.as_of
    where
        {{ (years_later > 0) | lower }}
        and durations.annex = 4
        and durations.dimension = 'total'
),

profile_counts as (
    select
        2 as annex,
        'started_trajectories' as measure,
        'profile' as content,
        dimension,
        category,
        year,
        nis_code,
        trajectories as true_value
    from profile
    union all
    -- Every dimension adds up to all trajectories, so any one of them gives the total.
    select
        2 as annex,
        'started_trajectories' as measure,
        'trajectories' as content,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        sum(trajectories) as true_value
    from profile
    where dimension = 'gender'
    group by year, nis_code
),

counts as (
    {%- for relation in ['durations', 'profile_counts', 'measured', 'cohort_parts'] %}
    select
        *,
        true_value as persons
    from {{ relation }}
    union all by name
    {%- endfor %}
    select
        3 as annex,
        measure,
        measure as content,
        'total' as dimension,
        'total' as category,
        year,
        nis_code,
        true_value,
        persons
    from subsidies
    unpivot (true_value for measure in (subsidised_months, clients, claims))
),

-- Annex 4 of a year and the cohort of one or more whole years later are the same trajectories, once all are measured.
compared as (
    select
        counts.*,
        counts.dimension = 'measurement' and counts.category = 'measured' as is_measured_part,
        {{ (years_later > 0) | lower }}
        and counts.measure = 'measured_trajectories'
        and counts.dimension = 'total'
        and make_date(counts.year, 12, 31) <= parameters.as_of as is_complete_cohort
    from counts
    cross join parameters
),

final as (
    select
        compared.annex,
        compared.content,
        compared.measure,
        compared.year,
        compared.nis_code,
        compared.dimension,
        compared.category,
        cast(compared.true_value as bigint) as true_value,
        cast(compared.persons as bigint) as persons,
        case
            when compared.is_measured_part then 'measured_trajectories'
            when compared.is_complete_cohort then 'ended_trajectories'
            else compared.measure
        end as cell_measure,
        case
            when compared.is_measured_part then compared.year + {{ years_later }}
            when compared.is_complete_cohort then compared.year - {{ years_later }}
            else compared.year
        end as period,
        case
            when compared.is_measured_part then 'total{{ at }}'
            when compared.is_complete_cohort then 'total'
            when compared.measure = 'transmissions' or compared.content in ('transmission', 'competence')
                then compared.dimension || '{{ at }}{{ within }}'
            when compared.measure = 'measured_trajectories' or compared.dimension = 'measurement'
                then compared.dimension || '{{ at }}'
            else compared.dimension
        end as cell_dimension,
        case when compared.is_measured_part then 'total' else compared.category end as cell_category,
        case when compared.measure in ('subsidised_months', 'claims') then 12 else 1 end as units_per_person,
        coalesce(scope.is_municipal, true) as is_municipal,
        coalesce(scope.is_regional, true) as is_regional
    from compared
    left join scope
        on
            compared.annex = scope.annex
            and compared.content = scope.content
)

select * from final
