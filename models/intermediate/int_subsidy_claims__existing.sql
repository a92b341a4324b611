{{ existing_records(ref('int_subsidy_claims__accepted'), 'raw_subsidy_claims') }}
