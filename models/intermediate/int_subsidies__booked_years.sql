with

lines as (
    select *
    from {{ ref('int_subsidies__visible') }}
    where {{ is_changed_client('client_id', ['subsidies']) }}
),

municipalities as (
    select * from {{ ref('int_municipalities__reported') }}
),

booked as (
    select
        client_id,
        ocmw_nis,
        stream,
        year(performance_month) as performance_year,
        year(booked_on) as booking_year,
        count(*) as lines,
        bit_or(cast(power(2, month(performance_month)) as integer)) as months,
        sum(greatest(amount_eur, 0)) as gross_eur,
        sum(amount_eur) as net_eur
    from lines
    group by client_id, ocmw_nis, stream, year(performance_month), year(booked_on)
),

final as (
    select
        booked.client_id,
        booked.ocmw_nis,
        municipalities.nis_code,
        booked.stream,
        cast(booked.performance_year as integer) as performance_year,
        cast(booked.booking_year as integer) as booking_year,
        booked.lines,
        booked.months,
        cast(booked.gross_eur as decimal(18, 2)) as gross_eur,
        cast(booked.net_eur - booked.gross_eur as decimal(18, 2)) as recovered_eur,
        cast(booked.net_eur as decimal(18, 2)) as net_eur
    from booked
    inner join municipalities on booked.ocmw_nis = municipalities.ocmw_nis
)

select * from final
