{{ repeated_rows(
    'raw_transmissions',
    ref('stg_transmissions'),
    ref('int_transmissions__faults'),
    'conflicting_version'
) }}
