with

annexes as (
    select * from {{ ref('annexes') }}
),

years as (
    select
        annex,
        min(year) as first_year,
        max(year) as last_year
    from {{ ref('dim_reporting_years') }}
    group by annex
),

parameters as (
    select * from {{ ref('dim_parameters') }}
),

-- The texts name the months by a placeholder, so that they say what the build did.
final as (
    select
        annexes.annex,
        {%- for text in ['title_nl', 'question_nl', 'answer_nl', 'limits_nl', 'year_nl'] %}
        replace(
            replace(annexes.{{ text }}, '{measure_period}', parameters.measure_period_nl),
            '{window_period}',
            parameters.window_period_nl
        ) as {{ text }},
        {%- endfor %}
        annexes.source_nl,
        annexes.notes,
        years.first_year,
        years.last_year
    from annexes
    inner join years on annexes.annex = years.annex
    cross join parameters
)

select * from final
