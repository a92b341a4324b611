{{ repeated_rows(
    'raw_outflow',
    ref('stg_outflow'),
    ref('int_outflow__faults'),
    'conflicting_version'
) }}
