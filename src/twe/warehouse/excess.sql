-- What most rows are in the quarantine for in each extract that has too many.
select
    extract,
    source_file,
    reason,
    column_name,
    max_by(shape, rows_at_fault) as most_frequent_shape,
    sum(share) as share_of_rows
from quality.quarantine_summary
where is_above_limit
group by extract, source_file, reason, column_name
qualify
    row_number() over (
        partition by extract order by sum(share) desc, source_file asc, reason asc, column_name asc
    ) = 1
order by sum(share) desc, extract asc
