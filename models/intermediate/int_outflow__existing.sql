{{ existing_records(ref('int_outflow__accepted'), 'spell_id') }}
