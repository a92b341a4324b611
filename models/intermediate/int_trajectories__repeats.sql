{{ repeated_rows(
    'raw_trajectories',
    ref('stg_trajectories'),
    ref('int_trajectories__faults'),
    'conflicting_version'
) }}
