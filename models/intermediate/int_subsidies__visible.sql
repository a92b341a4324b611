with

lines as (
    select * from {{ ref('int_subsidies__accepted') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

final as (
    select lines.*
    from lines
    inner join as_of on {{ has_come('lines.booked_on', 'as_of.as_of') }}
)

select * from final
