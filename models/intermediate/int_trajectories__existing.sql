{{ existing_records(ref('int_trajectories__accepted'), 'trajectory_id') }}
