with

client_years as (
    select *
    from {{ ref('int_subsidies__client_years') }}
    where has_month_below_zero
),

lines as (
    select * from {{ ref('fct_subsidy_lines') }}
),

client_months as (
    select
        lines.client_id,
        lines.ocmw_nis,
        lines.performance_month,
        lines.stream,
        sum(lines.amount_eur) as net_eur
    from lines
    inner join client_years
        on
            lines.client_id = client_years.client_id
            and lines.ocmw_nis = client_years.ocmw_nis
            and lines.stream = client_years.stream
            and lines.performance_year = client_years.performance_year
    group by lines.client_id, lines.ocmw_nis, lines.performance_month, lines.stream
),

final as (
    select
        'raw_subsidies' as extract,
        concat_ws(' ', client_id, ocmw_nis, performance_month, stream) as record_key,
        'net_below_zero' as warning,
        concat_ws('', 'net_eur: ', net_eur) as detail
    from client_months
    where net_eur < 0
)

select * from final
