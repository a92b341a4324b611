{{ repeated_rows(
    'raw_subsidies',
    ref('stg_subsidies'),
    ref('int_subsidies__faults'),
    'duplicate_line'
) }}
