-- From the valid rows to the facts no record is lost or doubled: every key is in its fact, or it is not visible yet,
-- withdrawn, or has not happened yet on the as-of date.
with

as_of as (
    select * from {{ ref('int_as_of') }}
),

{% set facts = [
    ('trajectories', 'trajectory_id', 'fct_trajectories', 'start_date'),
    ('subsidy_claims', 'claim_id', 'fct_subsidy_claims', 'recorded_at'),
    ('transmissions', 'transmission_id', 'fct_transmissions', 'transmission_date'),
    ('outflow', 'spell_id', 'int_outflow__current', 'recorded_at'),
] -%}
{% for name, key, fact, happens_on in facts -%}
{{ name }} as (
    select
        versions.{{ key }},
        max(case when cast(versions.recorded_at as date) <= as_of.as_of then 1 else 0 end) as is_visible,
        max_by(
            case
                when versions.is_void then 'void'
                when cast(versions.{{ happens_on }} as date) > as_of.as_of then 'future'
                else 'fact'
            end,
            case when cast(versions.recorded_at as date) <= as_of.as_of then versions.recorded_at end
        ) as latest
    from ({{ valid_rows(name) }}) as versions
    cross join as_of
    group by versions.{{ key }}
),

{% endfor -%}
counts as (
    {%- for name, key, fact, happens_on in facts %}
    select
        '{{ fact }}' as fact,
        count(case when is_visible = 1 and latest = 'fact' then 1 end) as rows_expected,
        (select count(*) from {{ ref(fact) }}) as rows_found
    from {{ name }}
    union all
    {%- endfor %}
    select
        'fct_subsidy_lines' as fact,
        count(case when lines.booked_on <= as_of.as_of then 1 end) as rows_expected,
        (select count(*) from {{ ref('fct_subsidy_lines') }}) as rows_found
    from ({{ valid_rows('subsidies') }}) as lines
    cross join as_of
    union all
    select
        'fct_outflow' as fact,
        count(*) as rows_expected,
        (select count(*) from {{ ref('fct_outflow') }}) as rows_found
    from {{ ref('fct_trajectories') }} as trajectories
    inner join as_of on trajectories.measure_date <= as_of.as_of
)

select *
from counts
where rows_found <> rows_expected
