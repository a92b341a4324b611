{{ accepted_rows(
    ref('stg_subsidy_claims'),
    ref('int_subsidy_claims__faults'),
    ref('int_subsidy_claims__repeats')
) }}
