{{ existing_records(ref('int_outflow__accepted'), 'raw_outflow') }}
