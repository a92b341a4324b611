with

judged_lines as (
    select * from {{ ref('int_subsidies__judged') }}
),

lines as (
    select * from {{ ref('stg_subsidies') }}
),

changed as (
    select
        line_id,
        client_id,
        performance_month,
        booked_on
    from judged_lines
    union all
    select
        line_id,
        client_id,
        performance_month,
        booked_on
    from lines
    where {{ is_passed_day('booked_on') }}
),

final as (
    select distinct
        line_id,
        client_id,
        performance_month,
        cast(year(performance_month) as integer) as performance_year,
        cast(year(booked_on) as integer) as booking_year
    from changed
)

select * from final
