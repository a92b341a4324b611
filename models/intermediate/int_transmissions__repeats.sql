{{ repeated_rows(
    'raw_transmissions',
    ref('stg_transmissions'),
    ref('int_transmissions__faults'),
    ref('stg_delivered_files'),
    'conflicting_version'
) }}
