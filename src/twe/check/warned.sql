-- Per extract, warning and column: the rows, their share and the most frequent shapes of their values. Of two warnings the detail is `column: value (`.
with

shaped as (
    select
        extract,
        warning,
        case when warning in ('unreadable_value', 'unknown_code') then split_part(detail, ': ', 1) else '' end as column_name,
        nullif(translate(
            case when warning in ('unreadable_value', 'unknown_code') then regexp_extract(detail, '^\w+: ([ -~€]{1,30}?) \(', 1) end,
            '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
            '9999999999aaaaaaaaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAA'
        ), '') as shape,
        count(*) as records
    from quality.warnings
    group by all
)

select
    extract,
    '',
    warning,
    column_name,
    sum(records),
    sum(records) / any_value(balance.delivered),
    coalesce(list(shape order by records desc, shape) filter (shape is not null), [])[:3],
    false
from shaped
inner join quality.balance using (extract)
group by all
order by extract, sum(records) desc, warning, column_name
