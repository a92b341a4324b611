{{ config(meta={'changed_in': changes_of_lines()}) }}

with

lines as (
    select *
    from {{ ref('fct_subsidy_lines') }}
    where {{ is_changed_client('client_id', changes_of_lines()) }}
),

booked as (
    select
        client_id,
        ocmw_nis,
        nis_code,
        stream,
        performance_year,
        booking_year,
        count(*) as lines,
        bit_or(cast(power(2, month(performance_month)) as integer)) as months,
        sum(greatest(amount_eur, 0)) as gross_eur,
        sum(amount_eur) as net_eur
    from lines
    group by client_id, ocmw_nis, nis_code, stream, performance_year, booking_year
),

final as (
    select
        client_id,
        ocmw_nis,
        nis_code,
        stream,
        performance_year,
        booking_year,
        lines,
        months,
        cast(gross_eur as decimal(18, 2)) as gross_eur,
        cast(net_eur - gross_eur as decimal(18, 2)) as recovered_eur,
        cast(net_eur as decimal(18, 2)) as net_eur
    from booked
)

select * from final
