-- Per file, reason and column: the refused rows, their share, the most frequent shapes of their values, and whether
-- too many rows are refused there; the worst file first.
with

found as (
    select
        extract,
        source_file,
        reason,
        coalesce(column_name, '') as column_name,
        sum(rows_at_fault) as rows_at_fault,
        sum(share) as share,
        coalesce(list(shape order by rows_at_fault desc, shape asc) filter (shape is not null), [])[:3] as shapes,
        bool_or(is_above_limit) as is_above_limit
    from quality.quarantine_summary
    group by all
)

select * from found
order by
    max(share) over (partition by extract, source_file) desc,
    extract asc,
    source_file asc,
    share desc,
    reason asc,
    column_name asc
