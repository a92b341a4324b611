{{ current_records('outflow', 'spell_id') }}
