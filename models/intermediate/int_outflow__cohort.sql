with

trajectories as (
    select * from {{ ref('fct_trajectories') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

final as (
    select trajectories.*
    from trajectories
    inner join as_of on {{ has_come('trajectories.measure_date', 'as_of.as_of') }}
)

select * from final
