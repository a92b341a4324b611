{#-
    The records behind every cell of the annexes, of this build or of the earlier state. Each record is there once per cell, but
    for the amounts to which it adds 0.
-#}
{% macro records_behind_cells(of_earlier_state=false) -%}
{%- set facts = {} -%}
{%- for name in [
    'trajectories', 'subsidy_lines', 'subsidy_claims', 'outflow', 'trajectory_transmissions', 'transmissions'
] -%}
    {%- if of_earlier_state -%}
        {%- do facts.update({name: source('earlier_state', 'fct_' ~ name)}) -%}
    {%- else -%}
        {%- do facts.update({name: ref('fct_' ~ name)}) -%}
    {%- endif -%}
{%- endfor -%}
{%- set amounts = {
    'gross_paid_eur': 'greatest(amount_eur, 0)', 'recovered_eur': 'least(amount_eur, 0)', 'paid_eur': 'amount_eur',
} -%}
{#- mart, CTE, year, dimension, category, measures with what a record adds, condition -#}
{%- set views = [
    ('annex_1_started_trajectories', 'started', 'start_year', "'planned_duration_months'",
        'cast(planned_duration_months as varchar)', {'trajectories': '1'}, 'true'),
    ('annex_3_wage_subsidies', 'lines', 'performance_year', "'all'", "'all'", amounts, 'true'),
    ('annex_3_wage_subsidies', 'lines', 'performance_year', "'all'", "'all'",
        {'subsidised_months': 'null', 'clients': 'null'}, 'true'),
    ('annex_3_wage_subsidies', 'claims', 'performance_year', "'all'", "'all'",
        {'claims': '1', 'claimed_eur': 'claimed_eur'}, 'true'),
    ('annex_3_by_booking_year', 'lines', 'booking_year', "'all'", "'all'", amounts, 'true'),
    ('annex_4_ended_trajectories', 'ended', 'end_year', 'ending', 'cast(duration_months as varchar)',
        {'trajectories': '1'}, 'true'),
    ('annex_5_outflow', 'measured', 'measure_year', 'outcome_group', 'outcome',
        {'trajectories': '1', 'clients': 'null'}, 'true'),
    ('annex_5_outflow', 'measured', 'measure_year', "'competence_strengthening'", "'training'",
        {'trajectories': '1', 'clients': 'null'}, 'had_training'),
    ('annex_5_outflow', 'measured', 'measure_year', "'competence_strengthening'", "'workplace_learning'",
        {'trajectories': '1', 'clients': 'null'}, 'had_workplace_learning'),
    ('annex_6_transmissions', 'measured', 'measure_year', "'all'", "'all'",
        {'ended_trajectories': '1', 'trajectories_with_transmission': 'least(transmissions, 1)'}, 'true'),
    ('annex_6_decisions', 'decisions', 'measure_year', "'decision'", 'decision', {'transmissions': 'times'}, 'true'),
] -%}
{%- for dimension in ['gender', 'age', 'unemployment_duration', 'education', 'migration_background'] -%}
    {%- do views.append(
        ('annex_2_profile', 'started', 'start_year', "'" ~ dimension ~ "'", dimension, {'trajectories': '1'}, 'true')
    ) -%}
{%- endfor -%}
with

-- Many cells read them: not kept, so that only what is asked of them is read.
started as not materialized (
    select
        *,
        'raw_trajectories' as extract,
        trajectory_id as record_id,
        start_date as event_date
    from {{ facts['trajectories'] }}
),

ended as (
    select * replace (end_date as event_date)
    from started
    where is_ended
),

lines as not materialized (
    select
        *,
        'raw_subsidies' as extract,
        line_id as record_id,
        booked_on as event_date
    from {{ facts['subsidy_lines'] }}
    where stream = 'loontoelage'
),

claims as (
    select
        *,
        'raw_subsidy_claims' as extract,
        claim_id as record_id,
        performance_month as event_date
    from {{ facts['subsidy_claims'] }}
    where stream = 'loontoelage'
),

measured as not materialized (
    select
        *,
        'raw_trajectories' as extract,
        trajectory_id as record_id,
        measure_date as event_date
    from {{ facts['outflow'] }}
),

-- A transmission counts once for every trajectory that it belongs to.
decisions as (
    select
        pairs.measure_year,
        pairs.nis_code,
        pairs.decision,
        'raw_transmissions' as extract,
        pairs.transmission_id as record_id,
        max(greatest(measured.measure_date, transmissions.decision_date)) as event_date,
        count(*) as times
    from {{ facts['trajectory_transmissions'] }} as pairs
    inner join measured on pairs.trajectory_id = measured.trajectory_id
    inner join {{ facts['transmissions'] }} as transmissions on pairs.transmission_id = transmissions.transmission_id
    group by pairs.measure_year, pairs.nis_code, pairs.decision, pairs.transmission_id
),

records as (
    {%- for mart, source, year, dimension, category, measures, condition in views %}
    {%- set is_last_view = loop.last %}
    {%- for measure, value in measures.items() %}
    select
        '{{ mart }}' as mart,
        {{ year }} as year,
        nis_code,
        {{ dimension }} as dimension,
        {{ category }} as category,
        '{{ measure }}' as measure,
        extract,
        record_id,
        {{ 'client_id' if measure == 'clients' else 'cast(null as varchar)' }} as client_id,
        event_date,
        cast({{ value }} as decimal(18, 2)) as value
    from {{ source }}
    where {{ condition }}
    {{ 'union all' if not (is_last_view and loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select *
from records
where value is distinct from 0
{%- endmacro %}
