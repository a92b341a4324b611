{{ existing_records(ref('int_trajectories__accepted'), 'raw_trajectories') }}
