with

lines as (
    select * from {{ ref('fct_subsidy_lines') }}
),

final as (
    select
        client_id,
        ocmw_nis,
        nis_code,
        stream,
        performance_year,
        booking_year,
        count(*) as lines,
        bit_or(cast(power(2, month(performance_month)) as integer)) as months,
        cast(sum(greatest(amount_eur, 0)) as decimal(18, 2)) as gross_eur,
        cast(sum(least(amount_eur, 0)) as decimal(18, 2)) as recovered_eur,
        cast(sum(amount_eur) as decimal(18, 2)) as net_eur
    from lines
    group by client_id, ocmw_nis, nis_code, stream, performance_year, booking_year
)

select * from final
