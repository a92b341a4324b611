{{ accepted_rows(
    ref('stg_outflow'),
    ref('int_outflow__faults'),
    ref('int_outflow__repeats')
) }}
