{{ repeated_rows(
    'raw_subsidies',
    rows_with_keys('raw_subsidies'),
    ref('int_subsidies__faults'),
    ref('stg_delivered_files'),
    'duplicate_line'
) }}
