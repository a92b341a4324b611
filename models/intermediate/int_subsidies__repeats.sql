{{ repeated_rows(
    'raw_subsidies',
    ref('stg_subsidies'),
    ref('int_subsidies__faults'),
    ref('stg_delivered_files'),
    'duplicate_line'
) }}
