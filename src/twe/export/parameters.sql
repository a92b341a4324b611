-- What holds for the whole edition. A row as one value, which Python gets as a dictionary.
with

municipalities as (
    select
        count(*) filter (not is_newer_than_geography and not is_unknown_residence) as municipalities,
        coalesce(
            list(municipality order by municipality, nis_code) filter (is_newer_than_geography), []
        ) as newer_municipalities
    from marts.dim_municipalities
),

results as (
    select
        max(finished_at) as built_at,
        coalesce(
            list(split_part(node, '.', 3) order by node) filter (resource_type = 'test' and status = 'warn'), []
        ) as warned_tests
    from quality.node_results
),

parameters as (
    select
        parameters.as_of,
        least(parameters.as_of, parameters.last_recorded_day) as known_until,
        parameters.geography_date,
        parameters.place_nl as place,
        parameters.municipality_of_label_nl as place_label,
        parameters.place_rule_nl as place_rule,
        parameters.measure_months,
        parameters.measure_period_nl as measure_period,
        parameters.window_period_nl as window_period,
        parameters.are_claims_delivered,
        parameters.is_synthetic,
        parameters.quarantine_accepted_by,
        municipalities.municipalities,
        municipalities.newer_municipalities,
        results.built_at,
        results.warned_tests
    from marts.dim_parameters as parameters
    cross join municipalities
    cross join results
)

select parameters from parameters
