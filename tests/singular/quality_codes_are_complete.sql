-- Every extract, reason and warning that occurs has its label, so that the workbook never shows a bare code; and every
-- extract is in the balance, also one of which nothing was delivered.
with

codes as (
    select * from {{ ref('quality_codes') }}
),

balance as (
    select * from {{ ref('balance') }}
),

occurring as (
    select
        'extract' as code_list,
        extract as codes_found,
        1 as number_of_codes
    from balance
    union
    select
        'reason' as code_list,
        reasons as codes_found,
        1 + length(reasons) - length(replace(reasons, ',', '')) as number_of_codes
    from {{ ref('quarantine') }}
    union
    select
        'warning' as code_list,
        warning as codes_found,
        1 as number_of_codes
    from {{ ref('warnings') }}
)

select
    occurring.code_list,
    occurring.codes_found
from occurring
left join codes
    on
        occurring.code_list = codes.code_list
        and concat(',', occurring.codes_found, ',') like concat('%,', codes.code, ',%')
group by occurring.code_list, occurring.codes_found, occurring.number_of_codes
having count(codes.code) <> occurring.number_of_codes
union all
select
    'balance' as code_list,
    codes.code as codes_found
from codes
left join balance on codes.code = balance.extract
where
    codes.code_list = 'extract'
    and balance.extract is null
