with

-- What is booked before its year belongs to the first column.
booked_years as (
    select
        performance_year,
        greatest(booking_year - performance_year, 0) as years_until_booking,
        lines,
        net_eur
    from {{ ref('fct_subsidy_booked_years') }}
    where stream = 'loontoelage'
),

parameters as (
    select least(as_of, last_recorded_day) as known_until from {{ ref('dim_parameters') }}
),

performance_years as (
    select
        performance_year,
        sum(net_eur) as latest_net_eur
    from booked_years
    group by performance_year
),

booked as (
    select
        performance_year,
        years_until_booking,
        cast(sum(lines) as bigint) as lines,
        sum(net_eur) as net_eur
    from booked_years
    group by performance_year, years_until_booking
),

-- A line counts until 120 months after its month, so ten years at most.
cells as (
    select
        performance_years.performance_year,
        performance_years.latest_net_eur,
        parameters.known_until,
        unnest(range(
            0, 1 + least(10, greatest(0, year(parameters.known_until) - performance_years.performance_year))
        )) as years_until_booking
    from performance_years
    cross join parameters
),

cumulated as (
    select
        cells.*,
        coalesce(booked.lines, 0) as lines,
        coalesce(booked.net_eur, 0) as net_eur,
        sum(coalesce(booked.net_eur, 0)) over (
            partition by cells.performance_year
            order by cells.years_until_booking
        ) as cumulative_net_eur
    from cells
    left join booked
        on
            cells.performance_year = booked.performance_year
            and cells.years_until_booking = booked.years_until_booking
),

final as (
    select
        performance_year,
        cast(years_until_booking as integer) as years_until_booking,
        lines,
        cast(net_eur as decimal(18, 2)) as net_eur,
        cast(cumulative_net_eur as decimal(18, 2)) as cumulative_net_eur,
        case
            when latest_net_eur <> 0 then cast(cumulative_net_eur / latest_net_eur as decimal(18, 6))
        end as share_of_latest,
        performance_year + years_until_booking < year(known_until + 1) as is_complete
    from cumulated
)

select * from final
