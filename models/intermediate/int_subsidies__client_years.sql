{{ config(meta={'changed_in': changes_of_lines()}) }}

with

lines as (
    select *
    from {{ ref('fct_subsidy_lines') }}
    where {{ is_changed_client('client_id', changes_of_lines()) }}
),

client_months as (
    select
        client_id,
        ocmw_nis,
        nis_code,
        performance_month,
        stream,
        sum(amount_eur) as net_eur,
        sum(greatest(amount_eur, 0)) as gross_eur
    from lines
    group by client_id, ocmw_nis, nis_code, performance_month, stream
),

final as (
    select
        client_id,
        ocmw_nis,
        nis_code,
        cast(year(performance_month) as integer) as performance_year,
        stream,
        count(*) filter (where net_eur > 0) as subsidised_months,
        cast(sum(gross_eur) as decimal(18, 2)) as gross_eur,
        cast(sum(net_eur - gross_eur) as decimal(18, 2)) as recovered_eur,
        cast(sum(net_eur) as decimal(18, 2)) as net_eur,
        min(net_eur) < 0 as has_month_below_zero
    from client_months
    group by client_id, ocmw_nis, nis_code, year(performance_month), stream
)

select * from final
