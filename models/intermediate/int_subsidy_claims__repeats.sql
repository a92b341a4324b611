{{ repeated_rows(
    'raw_subsidy_claims',
    ref('stg_subsidy_claims'),
    ref('int_subsidy_claims__faults'),
    ref('stg_delivered_files'),
    'conflicting_version'
) }}
