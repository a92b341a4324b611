{#- The tests of an increment look at the changed lines: dbt has to know that these come first. -#}
{%- if not execute -%}{%- do ref('int_subsidies__changed_lines') -%}{%- do ref('int_changed_clients') -%}{%- endif -%}
with

lines as (
    select * from {{ ref('int_subsidies__visible') }}
),

places as (
    select * from {{ places_of_months() }}
),

final as (
    select
        lines.line_id,
        lines.client_id,
        lines.ocmw_nis,
        {{ place_code('places') }} as nis_code,
        lines.performance_month,
        cast(year(lines.performance_month) as integer) as performance_year,
        lines.booked_on,
        cast(year(lines.booked_on) as integer) as booking_year,
        lines.stream,
        lines.line_type,
        lines.amount_eur
    from lines
    {{ join_place_of_month('lines', 'places') }}
)

select * from final
