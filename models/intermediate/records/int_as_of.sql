with

last_days as (
    {%- for name in var('raw_extracts') | map('replace', 'raw_', '') %}
    select max({{ 'booked_on' if name == 'subsidies' else 'cast(recorded_at as date)' }}) as last_day
    from ({{ valid_rows(name) }}) as {{ name }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        coalesce(
            cast({{ 'null' if var('as_of') is none else dbt.string_literal(var('as_of')) }} as date),
            max(last_day)
        ) as as_of,
        max(last_day) as last_recorded_day
    from last_days
)

select * from final
