{{ existing_records(ref('int_transmissions__accepted'), 'transmission_id') }}
