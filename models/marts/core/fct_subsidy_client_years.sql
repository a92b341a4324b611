with

booked_years as (
    select * from {{ ref('fct_subsidy_booked_years') }}
),

corrected_months as (
    select * from {{ ref('fct_subsidy_corrected_months') }}
),

worked as (
    select
        client_id,
        ocmw_nis,
        nis_code,
        stream,
        performance_year,
        bit_count(bit_or(months)) as months,
        sum(gross_eur) as gross_eur,
        sum(recovered_eur) as recovered_eur,
        sum(net_eur) as net_eur
    from booked_years
    group by client_id, ocmw_nis, nis_code, stream, performance_year
),

unpaid as (
    select
        client_id,
        ocmw_nis,
        nis_code,
        stream,
        year(performance_month) as performance_year,
        count(*) as months
    from corrected_months
    where net_eur <= 0
    group by client_id, ocmw_nis, nis_code, stream, year(performance_month)
),

final as (
    select
        worked.client_id,
        worked.ocmw_nis,
        worked.nis_code,
        worked.performance_year,
        worked.stream,
        cast(worked.months - coalesce(unpaid.months, 0) as bigint) as subsidised_months,
        cast(worked.gross_eur as decimal(18, 2)) as gross_eur,
        cast(worked.recovered_eur as decimal(18, 2)) as recovered_eur,
        cast(worked.net_eur as decimal(18, 2)) as net_eur
    from worked
    left join unpaid
        on
            worked.client_id = unpaid.client_id
            and worked.ocmw_nis = unpaid.ocmw_nis
            and worked.nis_code = unpaid.nis_code
            and worked.stream = unpaid.stream
            and worked.performance_year = unpaid.performance_year
)

select * from final
