{% set accepted_by = dbt.string_literal(dbt.escape_single_quotes(var('accept_quarantine') | string)) -%}
{% set months = var('measure_months') | int -%}
with

as_of as (
    select * from {{ ref('int_as_of') }}
),

claims as (
    select count(*) > 0 as are_claims_delivered
    from {{ ref('stg_subsidy_claims') }}
),

choices as (
    select * from {{ ref('municipality_choices') }}
),

-- The generator writes this prefix into every key, so that the label travels with the rows.
synthetic as (
    select count(*) > 0 as is_synthetic
    from {{ ref('stg_trajectories') }}
    where trajectory_id like 'SYN-%'
),

final as (
    select
        as_of.as_of,
        as_of.last_recorded_day,
        date '{{ var('geography_date') }}' as geography_date,
        choices.municipality_of,
        choices.label_nl as municipality_of_label_nl,
        choices.place_nl,
        choices.rule_nl as place_rule_nl,
        {{ months }} as measure_months,
        '{{ months }} {{ 'maand' if months == 1 else 'maanden' }}' as measure_period_nl,
        {{ window_months() }} as window_months,
        '{{ window_months() }} {{ 'maand' if window_months() == 1 else 'maanden' }}' as window_period_nl,
        claims.are_claims_delivered,
        synthetic.is_synthetic,
        cast({{ 'null' if var('accept_quarantine') is none else accepted_by }} as string) as quarantine_accepted_by,
        {{ var('layout_version') }} as layout_version
    from as_of
    cross join claims
    cross join synthetic
    inner join choices on choices.municipality_of = '{{ var('municipality_of') }}'
)

select * from final
