{{ current_records('trajectories', 'trajectory_id') }}
