-- No extract, and no file of at least 20 rows, has more of its rows in the quarantine than max_quarantined_share.
-- No model depends on this test: the rest of the build shows what is wrong.
{{ config(severity='error' if var('accept_quarantine') is none else 'warn') }}
select *
from {{ ref('quarantine_summary') }}
where is_above_limit
