-- Every extract, reason and warning that occurs has its label: the workbook never shows a bare code.
with

codes as (
    select * from {{ ref('quality_codes') }}
),

occurring as (
    select
        'extract' as code_list,
        extract as codes_found,
        1 as number_of_codes
    from {{ ref('balance') }}
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
