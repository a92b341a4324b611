-- Per file, reason and column: the refused rows, their share, the most frequent shapes of their values, and whether too many rows are refused there.
select
    extract,
    source_file,
    reason,
    coalesce(column_name, ''),
    sum(rows_at_fault),
    sum(share),
    coalesce(list(shape order by rows_at_fault desc, shape) filter (shape is not null), [])[:3],
    bool_or(is_above_limit)
from quality.quarantine_summary
group by all
order by extract, source_file, sum(share) desc, reason, coalesce(column_name, '')
