{{ accepted_rows(
    ref('stg_transmissions'),
    ref('int_transmissions__faults'),
    ref('int_transmissions__repeats')
) }}
