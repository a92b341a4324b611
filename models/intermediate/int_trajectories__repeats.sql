{{ repeated_rows(
    'raw_trajectories',
    ref('stg_trajectories'),
    ref('int_trajectories__faults'),
    ref('stg_delivered_files'),
    'conflicting_version'
) }}
