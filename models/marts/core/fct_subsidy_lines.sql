{#- Not written a second time: the ledger is most of a delivery. dbt 2 looks for the tables of a view elsewhere. -#}
{{ config(materialized='view' if dbt_version.startswith('1.') else 'table') }}
with

lines as (
    {{ valid_rows('subsidies') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

final as (
    select
        lines.line_id,
        lines.client_id,
        lines.ocmw_nis,
        coalesce(places.nis_code, {{ unknown_residence() }}) as nis_code,
        lines.performance_month,
        cast(year(lines.performance_month) as integer) as performance_year,
        lines.booked_on,
        cast(year(lines.booked_on) as integer) as booking_year,
        lines.stream,
        lines.line_type,
        lines.amount_eur
    from lines
    inner join as_of on {{ is_on_or_before('lines.booked_on', 'as_of.as_of') }}
    {{ join_place_of_month('lines') }}
)

select * from final
