with

lines as (
    select * from {{ ref('fct_subsidy_lines') }}
),

-- Any other month has only amounts above zero, and so a net above zero.
corrections as (
    select
        client_id,
        ocmw_nis,
        stream,
        performance_month
    from {{ ref('fct_subsidy_lines') }}
    where amount_eur <= 0
),

final as (
    select
        lines.client_id,
        lines.ocmw_nis,
        lines.nis_code,
        lines.stream,
        lines.performance_month,
        cast(sum(lines.amount_eur) as decimal(18, 2)) as net_eur
    from lines
    semi join corrections
        on
            lines.client_id = corrections.client_id
            and lines.ocmw_nis = corrections.ocmw_nis
            and lines.stream = corrections.stream
            and lines.performance_month = corrections.performance_month
    group by lines.client_id, lines.ocmw_nis, lines.nis_code, lines.stream, lines.performance_month
)

select * from final
