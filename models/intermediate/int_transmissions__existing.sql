{{ existing_records(ref('int_transmissions__accepted'), 'raw_transmissions') }}
