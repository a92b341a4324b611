{{ accepted_rows(
    ref('stg_trajectories'),
    ref('int_trajectories__faults'),
    ref('int_trajectories__repeats')
) }}
