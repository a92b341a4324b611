-- The balance accounts for every extract that there is, also for one of which nothing was delivered.
select codes.code
from {{ ref('quality_codes') }} as codes
left join {{ ref('balance') }} as balance on codes.code = balance.extract
where
    codes.code_list = 'extract'
    and balance.extract is null
