{#-
    The records behind the changed cells of the annexes in one state: a row per cell, measure and record, with what the
    record adds to the value. `value` is NULL where a cell counts distinct things, as no record has a share of its own
    then; `client_id` is filled in where these things are clients. `event_date` is the day from which the record counts.

    marts: `ref`, or `previous_mart` for the earlier warehouse.
-#}
{% macro annex_records(marts) -%}
    {%- set amounts = {
        'gross_paid_eur': 'greatest(amount_eur, 0)', 'recovered_eur': 'least(amount_eur, 0)', 'paid_eur': 'amount_eur',
    } -%}
    {%- set distinct_things = {'subsidised_months': 'null', 'clients': 'null'} -%}
    {#- mart, CTE, year, dimension, category, measures with what a record adds, condition -#}
    {%- set views = [
        ('annex_1_started_trajectories', 'started', 'start_year', "'planned_duration_months'",
            'cast(planned_duration_months as varchar)', {'trajectories': '1'}, 'true'),
        ('annex_3_wage_subsidies', 'lines', 'performance_year', "'all'", "'all'", dict(amounts, **distinct_things), 'true'),
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
        ('annex_6_decisions', 'decisions', 'measure_year', "'decision'", 'decision', {'transmissions': '1'}, 'true'),
    ] -%}
    {%- for dimension in ['gender', 'age', 'unemployment_duration', 'education', 'migration_background'] -%}
        {%- do views.append(
            ('annex_2_profile', 'started', 'start_year', "'" ~ dimension ~ "'", dimension, {'trajectories': '1'}, 'true')
        ) -%}
    {%- endfor -%}
with

started as (
    select
        *,
        'raw_trajectories' as extract,
        trajectory_id as record_id,
        start_date as event_date
    from {{ marts('fct_trajectories') }}
),

ended as (
    select * replace (end_date as event_date)
    from started
    where is_ended
),

lines as (
    select
        *,
        'raw_subsidies' as extract,
        line_id as record_id,
        booked_on as event_date
    from {{ marts('fct_subsidy_lines') }}
    where stream = 'loontoelage'
),

claims as (
    select
        *,
        'raw_subsidy_claims' as extract,
        claim_id as record_id,
        performance_month as event_date
    from {{ marts('fct_subsidy_claims') }}
    where stream = 'loontoelage'
),

measured as (
    select
        *,
        'raw_trajectories' as extract,
        trajectory_id as record_id,
        measure_date as event_date
    from {{ marts('fct_outflow') }}
),

decisions as (
    select
        pairs.*,
        'raw_transmissions' as extract,
        pairs.transmission_id as record_id,
        greatest(measured.measure_date, transmissions.decision_date) as event_date
    from {{ marts('fct_trajectory_transmissions') }} as pairs
    inner join measured on pairs.trajectory_id = measured.trajectory_id
    inner join {{ marts('fct_transmissions') }} as transmissions on pairs.transmission_id = transmissions.transmission_id
),

contributions as (
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
        event_date,
        {{ 'client_id' if measure == 'clients' else 'cast(null as varchar)' }} as client_id,
        {{ value }} as value
    from {{ source }}
    where {{ condition }}
    {{ 'union all' if not (is_last_view and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

changed as (
    select * from {{ ref('revision_cells__changed') }}
),

-- A transmission counts once for every trajectory that it belongs to.
final as (
    select
        contributions.mart,
        contributions.year,
        contributions.nis_code,
        contributions.dimension,
        contributions.category,
        contributions.measure,
        contributions.extract,
        contributions.record_id,
        contributions.client_id,
        max(contributions.event_date) as event_date,
        cast(sum(contributions.value) as decimal(18, 2)) as value
    from contributions
    semi join changed using (mart, year, nis_code, dimension, category, measure)
    group by all
    having sum(contributions.value) is distinct from 0
)

select * from final
{%- endmacro %}
