{#- The tests of an increment look at the changed clients: dbt has to know that these come first. -#}
{%- if not execute -%}{%- do ref('int_changed_clients') -%}{%- endif -%}
with

lines as (
    select * from {{ ref('int_subsidies__visible') }}
),

municipalities as (
    select * from {{ ref('int_municipalities__reported') }}
),

final as (
    select
        lines.line_id,
        lines.client_id,
        lines.ocmw_nis,
        municipalities.nis_code,
        lines.performance_month,
        cast(year(lines.performance_month) as integer) as performance_year,
        lines.booked_on,
        cast(year(lines.booked_on) as integer) as booking_year,
        lines.stream,
        lines.line_type,
        lines.amount_eur
    from lines
    inner join municipalities on lines.ocmw_nis = municipalities.ocmw_nis
)

select * from final
