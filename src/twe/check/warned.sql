-- Per extract, warning and column: the rows, their share and the most frequent shapes of their values. Of two warnings
-- the detail is `column: value (`.
with

shaped as (
    select
        extract,
        warning,
        case when warning in ('unreadable_value', 'unknown_code') then split_part(detail, ': ', 1) else '' end
            as column_name,
        nullif(translate(
            case
                when
                    warning in ('unreadable_value', 'unknown_code')
                    then regexp_extract(detail, '^\w+: ([ -~€]{1,30}?) \(', 1)
            end,
            '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
            '9999999999aaaaaaaaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAA'
        ), '') as shape,
        count(*) as records
    from quality.warnings
    group by all
)

select
    shaped.extract,
    '' as source_file,
    shaped.warning,
    shaped.column_name,
    sum(shaped.records) as records,
    sum(shaped.records) / any_value(balance.delivered) as share,
    coalesce(
        list(shaped.shape order by shaped.records desc, shaped.shape asc) filter (shaped.shape is not null), []
    )[:3] as shapes,
    false as is_above_limit
from shaped
inner join quality.balance as balance on shaped.extract = balance.extract
group by all
order by shaped.extract asc, sum(shaped.records) desc, shaped.warning asc, shaped.column_name asc
