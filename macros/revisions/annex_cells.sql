{#-
    The marts of the annexes in one long form: a row per mart, key and measure. What a mart has besides year and
    municipality is folded into `dimension` and `category`; where it has nothing, both are `all`.

    marts: `ref`, or `previous_mart` for the earlier warehouse.
-#}
{% macro annex_cells(marts) -%}
    {%- set views = [
        ('annex_1_started_trajectories', "'planned_duration_months'", 'cast(planned_duration_months as varchar)',
            ['trajectories']),
        ('annex_2_profile', 'dimension', 'category', ['trajectories']),
        ('annex_3_wage_subsidies', "'all'", "'all'",
            ['subsidised_months', 'clients', 'gross_paid_eur', 'recovered_eur', 'paid_eur', 'claims', 'claimed_eur']),
        ('annex_3_by_booking_year', "'all'", "'all'", ['gross_paid_eur', 'recovered_eur', 'paid_eur']),
        ('annex_4_ended_trajectories', 'ending', 'cast(duration_months as varchar)', ['trajectories']),
        ('annex_5_outflow', 'outcome_group', 'outcome', ['trajectories', 'clients']),
        ('annex_6_transmissions', "'all'", "'all'", ['ended_trajectories', 'trajectories_with_transmission']),
        ('annex_6_decisions', "'decision'", 'decision', ['transmissions']),
    ] -%}
    {%- for mart, dimension, category, measures in views %}
    {%- set is_last_mart = loop.last %}
    {%- for measure in measures %}
    select
        '{{ mart }}' as mart,
        year,
        nis_code,
        municipality,
        province,
        {{ dimension }} as dimension,
        {{ category }} as category,
        '{{ measure }}' as measure,
        cast({{ measure }} as decimal(18, 2)) as value
    from {{ marts(mart) }}
    {{ 'union all' if not (is_last_mart and loop.last) }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}
