{{ repeated_rows(
    'raw_outflow',
    ref('stg_outflow'),
    ref('int_outflow__faults'),
    ref('stg_delivered_files'),
    'conflicting_version'
) }}
