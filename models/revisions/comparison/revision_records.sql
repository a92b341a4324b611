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
    ('annex_6_decisions', 'decisions', 'measure_year', "'decision'", 'decision', {'transmissions': '1'}, 'true'),
] -%}
{%- for dimension in ['gender', 'age', 'unemployment_duration', 'education', 'migration_background'] -%}
    {%- do views.append(
        ('annex_2_profile', 'started', 'start_year', "'" ~ dimension ~ "'", dimension, {'trajectories': '1'}, 'true')
    ) -%}
{%- endfor -%}
with

-- The facts of this build, and those of the earlier state.
{% for name in [
    'trajectories', 'subsidy_lines', 'subsidy_claims', 'outflow', 'trajectory_transmissions', 'transmissions'
] -%}
{{ name }} as (
    select
        *,
        false as is_earlier
    from {{ ref('fct_' ~ name) }}
    {%- if var('previous_database') is not none %}
    union all by name
    select
        *,
        true as is_earlier
    from {{ source('earlier_state', 'fct_' ~ name) }}
    {%- endif %}
),

{% endfor -%}
started as (
    select
        *,
        'raw_trajectories' as extract,
        trajectory_id as record_id,
        start_date as event_date
    from trajectories
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
    from subsidy_lines
    where stream = 'loontoelage'
),

claims as (
    select
        *,
        'raw_subsidy_claims' as extract,
        claim_id as record_id,
        performance_month as event_date
    from subsidy_claims
    where stream = 'loontoelage'
),

measured as (
    select
        *,
        'raw_trajectories' as extract,
        trajectory_id as record_id,
        measure_date as event_date
    from outflow
),

decisions as (
    select
        pairs.*,
        'raw_transmissions' as extract,
        pairs.transmission_id as record_id,
        greatest(measured.measure_date, transmissions.decision_date) as event_date
    from trajectory_transmissions as pairs
    inner join measured
        on
            pairs.is_earlier = measured.is_earlier
            and pairs.trajectory_id = measured.trajectory_id
    inner join transmissions
        on
            pairs.is_earlier = transmissions.is_earlier
            and pairs.transmission_id = transmissions.transmission_id
),

contributions as (
    {%- for mart, source, year, dimension, category, measures, condition in views %}
    {%- set is_last_view = loop.last %}
    {%- for measure, value in measures.items() %}
    select
        is_earlier,
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
        contributions.is_earlier,
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
    semi join changed
        on
            contributions.mart = changed.mart
            and contributions.year = changed.year
            and contributions.nis_code = changed.nis_code
            and contributions.dimension = changed.dimension
            and contributions.category = changed.category
            and contributions.measure = changed.measure
    group by all
    having sum(contributions.value) is distinct from 0
)

select * from final
