with

lines as (
    select * from {{ ref('fct_subsidy_lines') }}
),

final as (
    select
        client_id,
        ocmw_nis,
        nis_code,
        performance_month,
        stream,
        sum(amount_eur) as net_eur,
        coalesce(sum(amount_eur) filter (where amount_eur > 0), 0) as gross_eur,
        coalesce(sum(amount_eur) filter (where amount_eur < 0), 0) as recovered_eur
    from lines
    group by client_id, ocmw_nis, nis_code, performance_month, stream
)

select * from final
