{{ accepted_rows(
    ref('stg_subsidies'),
    ref('int_subsidies__faults'),
    ref('int_subsidies__repeats')
) }}
