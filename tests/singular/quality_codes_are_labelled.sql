-- Every extract, reason and warning that occurs has its label: the workbook never shows a bare code.
with

occurring as (
    select
        'extract' as code_list,
        extract as code
    from {{ ref('balance') }}
    union
    select
        'reason' as code_list,
        {{ each_part('reasons') }} as code
    from {{ ref('quarantine') }}
    union
    select
        'warning' as code_list,
        warning as code
    from {{ ref('warnings') }}
)

select occurring.*
from occurring
left join {{ ref('dim_quality_codes') }} as codes
    on
        occurring.code_list = codes.code_list
        and occurring.code = codes.code
where codes.code is null
