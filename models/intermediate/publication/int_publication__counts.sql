{#- Counts of another moment or window than the first answer's 12 months are other counts, in every release. -#}
{%- set at = '' if measure_months() == 12 else '_after_' ~ measure_months() ~ '_months' -%}
{%- set within = '' if window_months() == 12 and at == '' else '_within_' ~ window_months() ~ '_months' -%}
{%- set years_later = cohort_years_later() or 0 -%}
with

scope as (
    select * from {{ ref('publication_scope') }}
),

complete_years as (
    select * from {{ ref('int_publication__complete_years') }}
),

counts as (
    {%- for measure, model in [
        ('started_trajectories', 'int_publication__started'),
        ('ended_trajectories', 'int_publication__ended'),
        ('ended_trajectories', 'int_publication__cohort_remainders'),
        ('measured_trajectories', 'int_publication__measured'),
        ('transmissions', 'int_publication__decisions'),
    ] %}
    select
        '{{ measure }}' as measure,
        *,
        true_value as persons
    from {{ ref(model) }}
    union all by name
    {%- endfor %}
    select * from {{ ref('int_publication__subsidies') }}
),

-- Annex 4 of a year and the cohort of one or more whole years later are the same trajectories, once all are measured.
final as (
    select
        counts.annex,
        counts.content,
        counts.measure,
        counts.year,
        counts.nis_code,
        counts.dimension,
        counts.category,
        cast(counts.true_value as bigint) as true_value,
        cast(counts.persons as bigint) as persons,
        case
            when counts.dimension = 'measurement' and counts.category = 'measured' then 'measured_trajectories'
            when counts.dimension = 'total' and complete_years.year is not null then 'ended_trajectories'
            else counts.measure
        end as cell_measure,
        case
            when counts.dimension = 'measurement' and counts.category = 'measured'
                then counts.year + {{ years_later }}
            when counts.dimension = 'total' and complete_years.year is not null
                then counts.year - {{ years_later }}
            else counts.year
        end as period,
        case
            when counts.dimension = 'measurement' and counts.category = 'measured' then 'total{{ at }}'
            when counts.dimension = 'measurement' then 'measurement{{ at }}'
            when counts.dimension = 'total' and complete_years.year is not null then 'total'
            when counts.measure = 'transmissions' or counts.content in ('transmission', 'competence')
                then counts.dimension || '{{ at }}{{ within }}'
            when counts.measure = 'measured_trajectories' then counts.dimension || '{{ at }}'
            else counts.dimension
        end as cell_dimension,
        case when counts.category = 'measured' then 'total' else counts.category end as cell_category,
        case when counts.measure in ('subsidised_months', 'claims') then 12 else 1 end as units_per_person,
        coalesce(scope.is_municipal, true) as is_municipal,
        coalesce(scope.is_regional, true) as is_regional
    from counts
    left join scope
        on
            counts.annex = scope.annex
            and counts.content = scope.content
    left join complete_years
        on
            counts.measure = 'measured_trajectories'
            and counts.year = complete_years.year
            and {{ (years_later > 0) | lower }}
)

select * from final
