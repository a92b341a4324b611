{{ existing_records(ref('int_subsidy_claims__accepted'), 'claim_id') }}
