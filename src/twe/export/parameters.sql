-- A row as one value, which Python gets as a dictionary.
select parameters
from (
    select
        as_of,
        least(as_of, last_recorded_day) as known_until,
        geography_date,
        place_nl as place,
        municipality_of_label_nl as place_label,
        place_rule_nl as place_rule,
        measure_months,
        measure_period_nl as measure_period,
        window_period_nl as window_period,
        are_claims_delivered,
        is_synthetic,
        quarantine_accepted_by
    from marts.dim_parameters
) as parameters
